-- SPDX-License-Identifier: ISC
-- One connection as an observer sees it: bytes of either direction become messages,
-- in their order, each once. Knows nothing of Wireshark. PROTOCOL 6 to 10.
local N = require("mssl_fields")
local crypto = require("mssl_crypto")
local plain = require("mssl_plain")

local M = {}
local Session = {}
Session.__index = Session

local DIR = { host = N.DIR_HOST, device = N.DIR_DEVICE }

-- log: a key log (mssl_keys.lua) or nil.
function M.new(log)
    local function side() return { count = 0, began = false, closed = false, lost = false } end
    return setmetatable({
        log = log, host = side(), device = side(),
        waiting = {},           -- commands without an answer; false: not known which
        history = {},           -- what an end would mean, after each message
        syn = false,            -- its beginning is in the capture
        middle = false,         -- it is not: counters are unknown
    }, Session)
end

local function record_length_ok(n)
    return n == 0 or n == 8 or n == 16 or n == 32 or n == 64 or n == 128
end

local function hello_length_ok(n)
    return n >= N.HELLO_LEN_BYTE and n < N.HELLO_LEN_MAX and (n - N.HELLO_LEN_BYTE) % N.GRANT_LEN == 0
end

-- What comes next from a side whose first byte is n: its kind and length. No length:
-- it can't be, and nothing behind it can be read; the third value says why.
function Session:next(dir, n)
    local side, why = self[dir], "record_length"
    if not side.began and dir == "host" then
        why = "hello_length"
        if hello_length_ok(n) then
            return "HELLO", n + 1
        elseif self.syn then
            return "HELLO", nil, why
        end
    elseif not side.began and self.hello then
        return "WELCOME", N.WELCOME_LEN
    elseif not side.began then
        why = "device_early"
        if self.syn then
            return "record", nil, why
        end
    end
    if record_length_ok(n) then
        return "record", n + N.RECORD_OVERHEAD
    end
    return "record", nil, why
end

-- Can n be the first byte of a HELLO? Then it is not that of a record.
M.hello_length_ok = hello_length_ok

local BLOCK_CHECKS = {
    function(b, place) return b:byte(1) ~= (place == 1 and N.TYPE_GRANT or N.TYPE_RESTRICTION), "block_type" end,
    function(b) return b:byte(N.G_SLOT + 1) >= N.SLOTS, "slot" end,
    function(b) return b:byte(N.G_GENERATION + 1) == N.GENERATION_ERASED, "generation" end,
    function(b)
        local kind = b:byte(N.G_ADDRESS_KIND + 1)
        return kind ~= N.ADDRESS_IPV4 and kind ~= N.ADDRESS_MAC, "address_kind"
    end,
    function(b)
        local most = b:byte(N.G_ADDRESS_KIND + 1) == N.ADDRESS_IPV4 and N.ADDRESS_IPV4_MAX or N.ADDRESS_MAC_MAX
        return b:byte(N.G_ADDRESS_LEN + 1) > most, "address_length"
    end,
    function(b, place)
        local zeros = b:sub(N.G_TABLE + 1, N.G_SLOT) .. b:sub(N.G_EPOCH + 1, N.G_TASKS) .. b:sub(N.G_PARAM + 1, N.G_HOST)
        return place > 1 and zeros:find("[^\0]"), "reserved"
    end,
    function(b)
        local id = b:sub(N.G_HOST + 1)
        return not id:match("^[a-z0-9._-]+\0*$"), "host_id"
    end,
}

local function check_block(m, block, place)
    for _, check in ipairs(BLOCK_CHECKS) do
        local bad, why = check(block, place)
        if bad then
            m.warnings[#m.warnings + 1] = why
        end
    end
end

function Session:take_hello(m, raw)
    self.hello = true
    m.blocks = (#raw - 1 - N.NONCE_LEN) / N.GRANT_LEN
    for i = 1, m.blocks do
        check_block(m, raw:sub(2 + (i - 1) * N.GRANT_LEN, 1 + i * N.GRANT_LEN), i)
    end
    self.nc = crypto.to_hex(raw:sub(-N.NONCE_LEN))
end

-- Opens ciphertext and tag of a record; sets m.tag and returns the plaintext or nil.
function Session:open(m, dir, text, tag)
    local out
    if self.aes and m.counter then
        out = crypto.ccm_open(self.aes, crypto.record_nonce(DIR[dir], m.counter), text, tag)
        m.tag = out and "ok" or "bad"
    else
        m.tag = "unchecked"
    end
    if m.tag == "bad" then
        m.warnings[#m.warnings + 1] = "bad_tag"
        self[dir].bad = true
    end
    return out
end

function Session:take_welcome(m, raw)
    self.welcome = true
    local key = self.log and self.log:key(self.nc, crypto.to_hex(raw:sub(1, N.NONCE_LEN)))
    self.aes = key and crypto.aes(crypto.from_hex(key))
    m.counter = 0
    m.tag = "unchecked"
    self.device.count = 1
    if raw:byte(N.NONCE_LEN + 1) == 0 then
        self:open(m, "device", "", raw:sub(-N.TAG_LEN))
    else
        m.warnings[#m.warnings + 1] = "welcome_record"
        self.device.lost = true
    end
end

-- The warnings that a record's place gives; its number, unless that is not known.
function Session:place(m, dir, n)
    local side = self[dir]
    if not side.began and not self.hello then
        self.middle = true
        m.warnings[#m.warnings + 1] = "missing"
    end
    if not self.middle then
        m.counter = side.count
        side.count = side.count + 1
        if m.counter > N.COUNTER_LAST or (m.counter == N.COUNTER_LAST and n > 0) then
            m.warnings[#m.warnings + 1] = "counter"
            m.counter = nil
        end
        if dir == "host" and not self.welcome then
            m.warnings[#m.warnings + 1] = "before_welcome"
        end
    end
    if side.closed then
        m.warnings[#m.warnings + 1] = "after_close"
    end
end

function Session:take_record(m, dir, raw)
    local n = raw:byte(1)
    self:place(m, dir, n)
    local text = self:open(m, dir, raw:sub(2, 1 + n), raw:sub(-N.TAG_LEN))
    if m.tag == "bad" then
        return
    elseif n == 0 then
        m.kind = "close"
        self[dir].closed = true
    elseif text and dir == "host" then
        m.plain = text
        plain.command(m)
        self.waiting[#self.waiting + 1] = m
    elseif text then
        m.plain = text
        self:take_answer(m)
    elseif dir == "host" then
        self.waiting[#self.waiting + 1] = false
    else
        table.remove(self.waiting, 1)
    end
end

function Session:take_answer(m)
    if m.plain:byte(1) >= N.STATUS_EVENT then
        plain.event(m)
        return
    end
    if #self.waiting == 0 then
        m.warnings[#m.warnings + 1] = "not_asked"
    end
    plain.answer(m, table.remove(self.waiting, 1) or nil)
    local past_gate = m.status ~= N.STATUS_UNKNOWN and m.status ~= N.STATUS_DENIED and m.status ~= N.STATUS_SIGNATURE
    self.admin = self.admin or (m.task == N.TASK_ADMIN and past_gate)
    self.enrol_bad = self.enrol_bad or (m.task == N.TASK_ENROL and m.status == N.STATUS_FAILED)
end

-- Takes one whole message (or, if it can't be one, the rest) of a side's bytes; frame
-- is where it became whole.
function Session:take(dir, raw, frame)
    local kind, length, why = self:next(dir, raw:byte(1))
    local m = { kind = kind, dir = dir, warnings = {} }
    if not length then
        m.kind, m.warnings[1] = "malformed", why
        self[dir].lost, self[dir].why = true, why
    elseif kind == "HELLO" then
        self:take_hello(m, raw)
    elseif kind == "WELCOME" then
        self:take_welcome(m, raw)
    else
        self:take_record(m, dir, raw)
    end
    self[dir].began = true
    self.history[#self.history + 1] = self:state(frame)
    return m
end

-- All that the meaning of an end depends on. It may be asked for later, of any frame.
function Session:state(frame)
    local host, device = self.host, self.device
    return {
        frame = frame, middle = self.middle, welcome = self.welcome, admin = self.admin, enrol_bad = self.enrol_bad,
        host_began = host.began, host_closed = host.closed, host_bad = host.bad, host_why = host.why,
        device_closed = device.closed, device_bad = device.bad, waiting = #self.waiting > 0,
    }
end

-- The device's end without a close.
local function cut(s, reset, spoke)
    if not s.host_began then
        return spoke and "cut_hello" or reset and "connection_refused" or "no_hello"
    elseif s.host_why then
        return s.host_why
    elseif not s.welcome then
        return "hello_refused"
    elseif s.host_bad then
        return "record_tag"
    elseif s.waiting or s.host_closed then
        return "not_answered"
    end
    return "cut"
end

-- How it ended, when the first FIN or RST is in this frame and from dir: a name in
-- mssl_text.lua. spoke: TCP has brought bytes of the host's.
function Session:ended(dir, reset, frame)
    local s = {}
    for _, state in ipairs(self.history) do
        s = state.frame <= frame and state or s
    end
    if s.middle or not (self.syn or self.blind or s.host_began) then
        return "unknown"
    elseif s.device_closed then
        return s.host_closed and "closed" or s.enrol_bad and "enrol" or "device_closed"
    elseif s.admin then
        return "admin"
    elseif dir == "device" then
        return cut(s, reset, self.spoke)
    elseif s.device_bad then
        return "device_tag"
    end
    return s.host_closed and "host_closed" or s.welcome and "host_left" or "host_left_early"
end

return M
