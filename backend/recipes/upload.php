<?php
// The route that pages ask for upload URLs: POST /api/uploads.

declare(strict_types=1);

ini_set('display_errors', '0');

const TIMEOUT = 30; // seconds
const SIMPLE_LIMIT = 64 * 1024 * 1024 - 4096; // 64 MB, less the form around the file
const CHUNK_SIZE = 16 * 1024 * 1024;
const LONGEST_BODY = 64 * 1024;
const DEEPEST_JSON = 32; // levels
const MAX_FILE_SIZE = 5_000_000_000;
const ALLOWED_TYPES = [
    'audio/mp4', 'audio/mpeg', 'image/jpeg', 'image/png', 'image/webp',
    'video/mp4', 'video/quicktime', 'video/webm',
];

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    refuse(405, 'Upload URLs must be requested with POST.');
}
if (!isOwnPage()) {
    refuse(403, "Only this app's own pages can upload.");
}
$user = userOfRequest() ?? refuse(401, 'Please sign in to upload.');
[$filename, $filesize, $type] = readFileOfPage();
if ($filesize > MAX_FILE_SIZE) {
    refuse(413, 'This file is too large. The limit is ' . MAX_FILE_SIZE . ' bytes.');
}
if (!in_array($type, ALLOWED_TYPES, true)) {
    refuse(403, 'Only these types of files are allowed: ' . implode(', ', ALLOWED_TYPES) . '.');
}
$upload = ['filename' => $filename, 'metadata' => ['user' => $user]];
if ($filesize <= SIMPLE_LIMIT) {
    answer(200, ['url' => uploadUrl($upload)]);
}
$url = uploadUrl($upload + ['resumable' => true]);
answer(200, ['url' => $url, 'protocol' => 'resumable', 'chunk_size' => CHUNK_SIZE]);

/** Returns the id of the signed-in user, or null. Look it up in your app's own sessions. */
function userOfRequest(): ?string
{
    error_log('upload.php: replace the body of userOfRequest(). Until then, nobody can upload.');
    return null;
}

/** A browser says whose page sends a request, and a page can't change that. */
function isOwnPage(): bool
{
    $site = $_SERVER['HTTP_SEC_FETCH_SITE'] ?? '';
    if ($site !== '') {
        return in_array($site, ['same-origin', 'none'], true);
    }
    $origin = $_SERVER['HTTP_ORIGIN'] ?? '';
    $host = $_SERVER['HTTP_HOST'] ?? '';
    return $origin === '' || in_array($origin, ["http://$host", "https://$host"], true);
}

/** Reads and validates what the page says, which must still not be trusted. */
function readFileOfPage(): array
{
    [$mediaType] = explode(';', $_SERVER['CONTENT_TYPE'] ?? '', 2);
    if (strtolower(trim($mediaType)) !== 'application/json') {
        refuse(415, "The request's Content-Type must be application/json.");
    }
    $text = (string) file_get_contents('php://input', false, null, 0, LONGEST_BODY + 1);
    if (strlen($text) > LONGEST_BODY) {
        refuse(413, 'The request about this file is too large.');
    }
    $body = json_decode($text, true, DEEPEST_JSON);
    // The key is the same for every attempt to upload a file.
    $key = $_SERVER['HTTP_IDEMPOTENCY_KEY'] ?? '';
    $isKey = preg_match('/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/iD', $key) === 1;
    $name = is_array($body) ? $body['filename'] ?? null : null;
    $size = is_array($body) ? $body['filesize'] ?? null : null;
    $isName = is_string($name) && $name !== '' && strlen($name) <= 1024 && !str_contains($name, "\0");
    if (!$isKey || !$isName || !is_int($size) || $size < 0) {
        refuse(400, 'The request needs an Idempotency-Key, a filename and a filesize.');
    }
    return [$name, $size, $body['type'] ?? null];
}

function uploadUrl(array $upload): string
{
    $http = [
        'method' => 'POST',
        'header' => [
            'Authorization: Bearer ' . getenv('ITTYBIT_API_KEY'),
            'Content-Type: application/json',
        ],
        'content' => json_encode($upload, JSON_THROW_ON_ERROR),
        'timeout' => TIMEOUT,
        'follow_location' => 0, // the key goes nowhere else
        'ignore_errors' => true,
    ];
    $api = getenv('ITTYBIT_API_URL') ?: 'https://api.ittybit.com';
    $context = stream_context_create(['http' => $http]);
    $started = hrtime(true);
    $text = @file_get_contents("$api/uploads", false, $context, 0, 1_000_000);
    $head = $http_response_header ?? [];
    if ($head === []) {
        $isLate = hrtime(true) - $started >= TIMEOUT * 1_000_000_000;
        unavailable($isLate ? 504 : 502, 'it does not answer');
    }
    $status = (int) explode(' ', $head[0])[1];
    if ($status < 200 || $status > 299) {
        $wait = preg_grep('/^Retry-After:/i', $head);
        unavailable(in_array($status, [413, 429], true) ? $status : 502, "it refused ($status)", $wait);
    }
    $answer = json_decode((string) $text, true);
    $url = is_array($answer) && !isset($answer['error']) ? ($answer['data'] ?? $answer)['url'] ?? null : null;
    if (!is_string($url) || !str_starts_with($url, 'https://')) {
        unavailable(502, 'its answer is no upload URL');
    }
    return $url;
}

/** Logs the details for the app. */
function unavailable(int $status, string $why, array $headers = []): never
{
    error_log("Ittybit: $why");
    refuse($status, 'The upload service is not available.', $headers);
}

function refuse(int $status, string $message, array $headers = []): never
{
    answer($status, ['error' => ['message' => $message]], $headers);
}

function answer(int $status, array $body, array $headers = []): never
{
    array_map(header(...), $headers);
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store'); // an upload URL works once
    echo json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    exit();
}
