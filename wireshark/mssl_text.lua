-- SPDX-License-Identifier: ISC
-- What an observer says in words. `mssl decode` (cli/decode_text.c) says the same;
-- tests/wireshark compares the two.
local N = require("mssl_fields")
local M = {}

-- What is wrong with a message, or strange. PROTOCOL 3, 6, 7
M.warnings = {
    hello_length = "HELLO does not begin with 44 + 32r, r at most 3",
    block_type = "the type of a block is not that of its place",
    slot = "slot above 15",
    generation = "generation 255 fits no slot",
    address_kind = "address kind is neither 0 nor 4",
    address_length = "address is longer than its kind",
    reserved = "bytes of a restriction that must be zero are not",
    host_id = "host id is not 1 to 7 of [a-z0-9._-], zero padded",
    device_early = "the device speaks before HELLO is whole",
    welcome_record = "the record in WELCOME is not empty",
    record_length = "a record's length is not 0, 8, 16, 32, 64 or 128",
    before_welcome = "the host speaks before WELCOME",
    after_close = "a record after its direction's close",
    counter = "a record at or beyond 0xFF00 that may not be sent",
    bad_tag = "the tag does not verify: forged, replayed, or the key is another session's",
    not_asked = "an answer to no command",
    task_range = "a task above 31",
    missing = "the beginning of this session is not in the capture",
}

-- How a connection ended, as far as an observer can know. PROTOCOL 6, 8, 9, 10
M.ends = {
    connection_refused = "connection refused: no session was free, or nobody listens",
    no_hello = "closed before HELLO: none came in time, or a newer connection took the place",
    cut_hello = "closed inside HELLO: its rest did not come in time, or a newer connection took the place",
    hello_length = "HELLO refused: bad length",
    hello_refused = "HELLO refused: closed without a byte",
    record_length = "record refused: bad length",
    record_tag = "record refused: bad tag",
    admin = "ended by its admin command",
    not_answered = "cut without an answer: a bad tag, a reset, or the connection was lost",
    cut = "cut without a close: an admin command, a bad tag, or the connection was lost",
    enrol = "closed by the device: the grant's signature is bad",
    device_closed = "closed by the device: a time-out, an admin command elsewhere, or counters at their end",
    closed = "closed by both",
    host_closed = "closed by the host, which did not wait for the device",
    device_tag = "left by the host: the device's tag is bad",
    host_left = "left by the host without a close",
    host_left_early = "left by the host before the device answered HELLO",
    unknown = "ended; its beginning is not in the capture",
}

M.statuses = {
    [N.STATUS_OK] = "ok", [N.STATUS_UNKNOWN] = "unknown", [N.STATUS_DENIED] = "not permitted",
    [N.STATUS_ARGUMENT] = "bad arguments", [N.STATUS_SIGNATURE] = "signature wanted",
    [N.STATUS_BUSY] = "busy", [N.STATUS_FAILED] = "failed",
}

local reserved_names = {
    [N.TASK_DESCRIBE] = "describe", [N.TASK_ENROL] = "enrol", [N.TASK_ADMIN] = "admin",
}

-- The name of a task: from a task table, else its number.
function M.task(number, names)
    return reserved_names[number] or (names and names[number]) or tostring(number)
end

-- Task words as numbers: task t is bit t mod 8 of byte t / 8. M-3.2
function M.task_list(word)
    local list = {}
    for t = 0, N.TASKS - 1 do
        if math.floor(word:byte(math.floor(t / 8) + 1) / 2 ^ (t % 8)) % 2 == 1 then
            list[#list + 1] = t
        end
    end
    return list
end

-- Control bytes and bytes above 126 as \xNN, a backslash as two.
function M.escape(text)
    return (text:gsub("\\", "\\\\"):gsub("[^ -~]", function(c) return ("\\x%02x"):format(c:byte()) end))
end

-- Text without its padding. M-7.4
function M.trim(text)
    return (text:gsub("\0+$", ""))
end

local function dotted(bytes)
    return ("%d.%d.%d.%d"):format(bytes:byte(1, 4))
end

-- An address of six bytes: what its length counts, "any", or hex if it can't be.
function M.address(kind, length, bytes)
    local most = kind == N.ADDRESS_IPV4 and N.ADDRESS_IPV4_MAX
        or kind == N.ADDRESS_MAC and N.ADDRESS_MAC_MAX or -1
    if length > most then
        return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
    elseif length == 0 then
        return "any"
    end
    local counted = bytes:sub(1, length) .. ("\0"):rep(N.G_ADDRESS_MAX - length)
    if kind == N.ADDRESS_IPV4 then
        return dotted(counted) .. (length < most and "/" .. 8 * length or "")
    end
    return ("%02x:%02x:%02x:%02x:%02x:%02x"):format(counted:byte(1, 6)) .. (length < most and "/" .. length or "")
end

return M
