<?php
// The route that pages ask for upload URLs: POST /api/uploads.

declare(strict_types=1);

ini_set('display_errors', '0');

const TIMEOUT = 30; // seconds
const SIMPLE_LIMIT = 64 * 1024 * 1024 - 4096; // of the 64 MB, the form around the file needs some
const CHUNK_SIZE = 16 * 1024 * 1024;
const LONGEST_BODY = 64 * 1024;

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    refuse(405, 'Upload URLs are asked for with POST.');
}
if (!isOwnPage()) {
    refuse(403, "Uploads are taken from this app's own pages only.");
}
[$filename, $filesize] = readFileOfPage();
$user = signedInUser() ?? refuse(401, 'Please sign in to upload.');
$upload = ['filename' => $filename, 'metadata' => ['user' => $user]];
if ($filesize <= SIMPLE_LIMIT) {
    answer(200, ['url' => uploadUrl($upload)]);
}
$url = uploadUrl($upload + ['resumable' => true]);
answer(200, ['url' => $url, 'protocol' => 'resumable', 'chunk_size' => CHUNK_SIZE]);

/** Whose session it is that the cookie names. Your app looks it up where it keeps sessions. */
function signedInUser(): ?string
{
    return ($_COOKIE['session'] ?? '') === 'an-id-that-nobody-guesses' ? 'user_42' : null;
}

/** A browser says whose page asks, and no page can change that. */
function isOwnPage(): bool
{
    $site = $_SERVER['HTTP_SEC_FETCH_SITE'] ?? '';
    if ($site !== '') {
        return in_array($site, ['same-origin', 'none'], true);
    }
    $origin = $_SERVER['HTTP_ORIGIN'] ?? '';
    return $origin === '' || preg_replace('#^https?://#', '', $origin) === $_SERVER['HTTP_HOST'];
}

/** What the page says: checked, and still not to be trusted. */
function readFileOfPage(): array
{
    if (!preg_match('#^application/json\s*(;|$)#i', $_SERVER['CONTENT_TYPE'] ?? '')) {
        refuse(415, "The request's Content-Type must be application/json.");
    }
    $text = file_get_contents('php://input', false, null, 0, LONGEST_BODY + 1);
    if (strlen($text) > LONGEST_BODY) {
        refuse(413, 'The request says more about the file than fits.');
    }
    $body = json_decode($text, true);
    // The same for every attempt of one file.
    $key = $_SERVER['HTTP_IDEMPOTENCY_KEY'] ?? '';
    $isKey = preg_match('/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/iD', $key) === 1;
    $name = is_array($body) ? $body['filename'] ?? null : null;
    $size = is_array($body) ? $body['filesize'] ?? null : null;
    $isName = is_string($name) && $name !== '' && strlen($name) <= 1024 && !str_contains($name, "\0");
    if (!$isKey || !$isName || !is_int($size) || $size < 0) {
        refuse(400, 'The request needs an Idempotency-Key, a filename and a filesize.');
    }
    return [$name, $size];
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

/** Details are for the app's log. */
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
