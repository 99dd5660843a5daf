-- SPDX-License-Identifier: ISC
-- What no small capture reaches: counters near their end, a key log that grows.
-- MSSL_LUA: the dissector's folder.
package.path = os.getenv("MSSL_LUA") .. "/?.lua;" .. package.path
local N = require("mssl_fields")
local crypto = require("mssl_crypto")
local keys = require("mssl_keys")
local session = require("mssl_session")
local text = require("mssl_text")
local wrong = 0

local function same(got, wanted, what)
    if got ~= wanted then
        wrong = wrong + 1
        print(("wrong: %s: %s, not %s"):format(what, tostring(got), tostring(wanted)))
    end
end

local HELLO = crypto.from_hex("2c110100000001000004000000020000000a0002020000000000616c6963650000404142434445464748494a4b")
local WELCOME = crypto.from_hex("cf7026fe6dab3ac6759b874700815bea9cf0979b57")
local NS, KEY = "cf7026fe6dab3ac6759b8747", "0dec19f6ab9dee08ba05f7d050c8009f"
local COMMAND = crypto.from_hex("08e81d0d9b28cbfde021834531b354ad6d")
local LINE = ("MSSL_SESSION 404142434445464748494a4b %s %s\n"):format(NS, KEY)

-- PROTOCOL 12 by a key log that gets its line only after the capture has begun.
local path = os.tmpname()
local function append(what)
    local file = assert(io.open(path, "ab"))
    file:write(what)
    file:close()
end
append("# a comment\nMSSL_SESSION 00 00 00\n\n")
local log = keys.log(path)
same(log:key("40", "41"), nil, "a key that is not there")
same(log.wrong, 1, "lines that are none")
append(LINE)
local s = session.new(log)
s.syn = true
s:take("host", HELLO, 1)
same(s:take("device", WELCOME, 2).tag, "ok", "WELCOME of PROTOCOL 12")
same(s:take("host", COMMAND, 3).text, "on", "the command of PROTOCOL 12")
os.remove(path)

-- The last record: 0xFF00 may be a close, and nothing comes behind it. M-2.6
local function warned(m, name)
    for _, w in ipairs(m.warnings) do
        if w == name then
            return true
        end
    end
    return false
end
s.host.count = N.COUNTER_LAST - 1
same(warned(s:take("host", COMMAND, 4), "counter"), false, "a record below the last")
same(s.host.count, N.COUNTER_LAST, "counted")
same(warned(s:take("host", COMMAND, 5), "counter"), true, "a record of data numbered 0xFF00")
s.host.count = N.COUNTER_LAST
same(warned(s:take("host", ("\0"):rep(9), 6), "counter"), false, "a close numbered 0xFF00")
same(warned(s:take("host", ("\0"):rep(9), 7), "counter"), true, "a close behind it")

-- Words
same(text.escape("a\\b\n\0\127é"), "a\\\\b\\x0a\\x00\\x7f\\xc3\\xa9", "escapes")
same(text.address(0, 3, "\10\0\2\9\9\9"), "10.0.2.0/24", "a prefix of IPv4")
same(text.address(4, 6, "\2\0\0\0\0\7"), "02:00:00:00:00:07", "a MAC")
same(text.address(4, 3, "\2\0\1\9\9\9"), "02:00:01:00:00:00/3", "a vendor")
same(text.address(0, 0, "\9\9\9\9\9\9"), "any", "no address")
same(text.address(0, 5, "\1\2\3\4\5\6"), "010203040506", "a length that can't be")
same(text.address(1, 0, "\1\2\3\4\5\6"), "010203040506", "a kind that can't be")

print(("session: %s, %d wrong"):format(_VERSION, wrong))
os.exit(wrong == 0 and 0 or 1)
