# app/controllers/uploads_controller.rb, with `post "/api/uploads", to: "uploads#create"` in routes.rb

require "net/http"

class UploadsController < ActionController::API
  include ActionController::Cookies

  TIMEOUT = 30 # seconds
  SIMPLE_LIMIT = 64.megabytes - 4.kilobytes # of the 64 MB, the form around the file needs some
  CHUNK_SIZE = 16.megabytes
  LONGEST_BODY = 64.kilobytes
  DEEPEST_JSON = 32 # levels
  MAX_FILE_SIZE = 5_000_000_000
  ALLOWED_TYPES = %w[
    audio/mp4 audio/mpeg image/jpeg image/png image/webp video/mp4 video/quicktime video/webm
  ].freeze
  UUID = /\A\h{8}(-\h{4}){3}-\h{12}\z/

  class Refused < StandardError
    attr_reader :status, :retry_after

    def initialize(status, message, retry_after = nil)
      super(message)
      @status = status
      @retry_after = retry_after
    end
  end

  rescue_from Refused do |refused|
    response.set_header("Retry-After", refused.retry_after) if refused.retry_after
    render json: { error: { message: refused.message } }, status: refused.status
  end

  def create
    response.set_header("Cache-Control", "no-store") # an upload URL works once
    raise Refused.new(403, "Only this app's own pages can upload.") unless own_page?

    user = user_of_request or raise Refused.new(401, "Please sign in to upload.")
    name, size = read_file
    upload = { filename: name, metadata: { user: user } }
    return render json: { url: upload_url(upload) } if size <= SIMPLE_LIMIT

    url = upload_url(upload.merge(resumable: true))
    render json: { url: url, protocol: "resumable", chunk_size: CHUNK_SIZE }
  end

  private

  # Returns the id of the signed-in user, or nil. Look it up in your app's own sessions, for example
  # `cookies.signed[:user_id]&.to_s`.
  def user_of_request
    logger.error("uploads_controller.rb: replace the body of user_of_request. Until then, nobody can upload.")
    nil
  end

  # A browser says whose page sends a request, and a page can't change that.
  def own_page?
    site = request.headers["Sec-Fetch-Site"]
    return %w[same-origin none].include?(site) if site.present?

    origin = request.headers["Origin"]
    origin.blank? || origin == request.base_url
  end

  # Reads and validates what the page says, which must still not be trusted.
  def read_file
    unless request.media_type == "application/json"
      raise Refused.new(415, "The request's Content-Type must be application/json.")
    end

    text = request.body.read(LONGEST_BODY + 1) || ""
    raise Refused.new(413, "The request about this file is too large.") if text.bytesize > LONGEST_BODY

    body = JSON.parse(text, max_nesting: DEEPEST_JSON)
    name, size, type = body.values_at("filename", "filesize", "type") if body.is_a?(Hash)
    is_name = name.is_a?(String) && name.valid_encoding? &&
              name.bytesize.between?(1, 1024) && !name.include?("\0")
    is_size = size.is_a?(Integer) && size.between?(0, (2**53) - 1)
    # The key is the same for every attempt to upload a file.
    is_key = UUID.match?(request.headers["Idempotency-Key"].to_s)
    unless is_name && is_size && is_key
      raise Refused.new(400, "The request needs an Idempotency-Key, a filename and a filesize.")
    end
    raise Refused.new(413, "This file is too large. The limit is #{MAX_FILE_SIZE} bytes.") if size > MAX_FILE_SIZE
    return [name, size] if ALLOWED_TYPES.include?(type)

    raise Refused.new(403, "Only these types of files are allowed: #{ALLOWED_TYPES.join(", ")}.")
  rescue JSON::ParserError, EncodingError
    raise Refused.new(400, "The request is not JSON.")
  end

  # Net::HTTP follows no redirects, so the key is sent nowhere else.
  def upload_url(upload)
    address = URI("#{ENV.fetch("ITTYBIT_API_URL", "https://api.ittybit.com")}/uploads")
    http = Net::HTTP.new(address.host, address.port)
    http.use_ssl = address.scheme == "https"
    http.open_timeout = http.read_timeout = http.write_timeout = TIMEOUT
    headers = {
      "Authorization" => "Bearer #{ENV.fetch("ITTYBIT_API_KEY")}",
      "Content-Type" => "application/json"
    }
    found = http.post(address.path, upload.to_json, headers)
    status = found.code.to_i
    unless found.is_a?(Net::HTTPSuccess)
      unavailable([413, 429].include?(status) ? status : 502, "it refused (#{status})", found["Retry-After"])
    end

    answer = JSON.parse(found.body)
    url = (answer["data"] || answer)["url"] if answer.is_a?(Hash) && answer["error"].nil?
    url.to_s.start_with?("https://") ? url : unavailable(502, "its answer is no upload URL")
  rescue Timeout::Error
    unavailable(504, "it does not answer in time")
  rescue SystemCallError, SocketError, OpenSSL::SSL::SSLError, EOFError, JSON::ParserError => error
    unavailable(502, error.class.name)
  end

  # Logs the details for the app.
  def unavailable(status, why, retry_after = nil)
    logger.error("Ittybit: #{why}")
    raise Refused.new(status, "The upload service is not available.", retry_after)
  end
end
