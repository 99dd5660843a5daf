-- SPDX-License-Identifier: ISC
-- AES-128 and CCM as MSSL uses it (PROTOCOL 2: tag of 8 bytes, L = 2, no associated
-- data), for an observer who has the session key. Pure Lua 5.2 to 5.4; a Wireshark
-- that has libgcrypt for Lua lends its AES. Nothing here is constant in time: an
-- observer has no secret to keep from the machine that it runs on.
local M = {}

local BLOCK = 16
local char, byte, sub, rep = string.char, string.byte, string.sub, string.rep

-- Bytes and words are xored by what this Lua has: bit32, bit, or its own operator.
local function find_xor()
    local lib = rawget(_G, "bit32") or rawget(_G, "bit")
    if lib then
        return function(a, b) return lib.bxor(a, b) end
    end
    return load("return function(a, b) return a ~ b end")()
end
local xor = find_xor()

local function double(x)                -- times 2 in GF(2^8)
    x = x * 2
    return x > 255 and xor(x - 256, 0x1B) or x
end

-- The S-box from its definition (FIPS 197, 5.1.1), with 3 as generator of the field.
local function make_sbox()
    local power, log, box = {}, {}, {}
    local x = 1
    for i = 0, 254 do
        power[i], log[x] = x, i
        x = xor(x, double(x))
    end
    for value = 0, 255 do
        local inverse = value == 0 and 0 or power[(255 - log[value]) % 255]
        local sum, turned = 0x63, inverse
        for _ = 0, 4 do
            sum = xor(sum, turned)
            turned = turned * 2
            turned = turned > 255 and turned - 255 or turned    -- a rotation
        end
        box[value] = sum
    end
    return box
end
local S = make_sbox()

local S2, S3 = {}, {}
for value = 0, 255 do
    S2[value] = double(S[value])
    S3[value] = xor(S2[value], S[value])
end

-- The 176 bytes of round keys, from index 1.
local function expand(key)
    local w = { byte(key, 1, BLOCK) }
    local rcon = 1
    for i = 17, 176, 4 do
        local a, b, c, d = w[i - 4], w[i - 3], w[i - 2], w[i - 1]
        if i % BLOCK == 1 then
            a, b, c, d = xor(S[b], rcon), S[c], S[d], S[a]
            rcon = double(rcon)
        end
        w[i], w[i + 1] = xor(w[i - 16], a), xor(w[i - 15], b)
        w[i + 2], w[i + 3] = xor(w[i - 14], c), xor(w[i - 13], d)
    end
    return w
end

-- ShiftRows: where the byte of column c and row r comes from, from index 1.
local FROM = {}
for c = 0, 3 do
    for r = 0, 3 do
        FROM[4 * c + r + 1] = (4 * (c + r) + r) % BLOCK + 1
    end
end

local function encrypt(w, input)
    local s, t = { byte(input, 1, BLOCK) }, {}
    for i = 1, BLOCK do
        s[i] = xor(s[i], w[i])
    end
    for round = 1, 9 do
        local k = BLOCK * round
        for i = 1, BLOCK, 4 do
            local a, b, c, d = s[FROM[i]], s[FROM[i + 1]], s[FROM[i + 2]], s[FROM[i + 3]]
            t[i] = xor(xor(xor(S2[a], S3[b]), xor(S[c], S[d])), w[k + i])
            t[i + 1] = xor(xor(xor(S[a], S2[b]), xor(S3[c], S[d])), w[k + i + 1])
            t[i + 2] = xor(xor(xor(S[a], S[b]), xor(S2[c], S3[d])), w[k + i + 2])
            t[i + 3] = xor(xor(xor(S3[a], S[b]), xor(S[c], S2[d])), w[k + i + 3])
        end
        s, t = t, s
    end
    for i = 1, BLOCK do
        t[i] = xor(S[s[FROM[i]]], w[160 + i])
    end
    return char(table.unpack(t, 1, BLOCK))
end

-- M.aes(key): a function that encrypts one block. 16 bytes each, as strings.
local function aes_lua(key)
    local w = expand(key)
    return function(input) return encrypt(w, input) end
end

-- The same by Wireshark's binding of libgcrypt (Wireshark 4.6 has one).
local function aes_gcrypt(key)
    local cipher = GcryptCipher.open(GCRY_CIPHER_AES, GCRY_CIPHER_MODE_ECB, 0)
    cipher:setkey(ByteArray.new(key, true))
    return function(input)
        return cipher:encrypt(NULL, ByteArray.new(input, true)):raw()
    end
end

-- FIPS 197, C.1: a binding that can't do this is not used.
local FIPS_KEY = "\0\1\2\3\4\5\6\7\8\9\10\11\12\13\14\15"
local FIPS_IN = "\0\17\34\51\68\85\102\119\136\153\170\187\204\221\238\255"
local FIPS_OUT = "\105\196\224\216\106\123\4\48\216\205\183\128\112\180\197\90"
local function choose()
    if rawget(_G, "GcryptCipher") then
        local fine, out = pcall(function() return aes_gcrypt(FIPS_KEY)(FIPS_IN) end)
        if fine and out == FIPS_OUT then
            return aes_gcrypt, "libgcrypt"
        end
    end
    return aes_lua, "Lua"
end
M.aes, M.by = choose()
M.aes_lua = aes_lua

local function xor_strings(a, b)
    local out = {}
    for i = 1, #a do
        out[i] = char(xor(byte(a, i), byte(b, i)))
    end
    return table.concat(out)
end

local function counter_block(nonce, i)
    return char(1) .. nonce .. char(math.floor(i / 256), i % 256)
end

-- CBC-MAC over B_0 and the padded text. RFC 3610, 2.2: flags 8 * ((M - 2) / 2) + L - 1.
local function mac(aes, nonce, text, tag_len)
    local x = aes(char(4 * (tag_len - 2) + 1) .. nonce .. char(math.floor(#text / 256), #text % 256))
    for i = 1, #text, BLOCK do
        local piece = sub(text, i, i + BLOCK - 1)
        x = aes(xor_strings(x, piece .. rep("\0", BLOCK - #piece)))
    end
    return sub(x, 1, tag_len)
end

local function crypt(aes, nonce, text)
    local out = {}
    for i = 1, #text, BLOCK do
        local piece = sub(text, i, i + BLOCK - 1)
        out[#out + 1] = xor_strings(piece, aes(counter_block(nonce, (i - 1) / BLOCK + 1)))
    end
    return table.concat(out)
end

-- Opens a ciphertext with its tag, as long as that is (MSSL: 8 bytes); nonce has 13
-- bytes. The plaintext, or nil when the tag is not that of the text: then nothing of it
-- is given out.
function M.ccm_open(aes, nonce, ciphertext, tag)
    local text = crypt(aes, nonce, ciphertext)
    local mask = sub(aes(counter_block(nonce, 0)), 1, #tag)
    if xor_strings(mac(aes, nonce, text, #tag), mask) ~= tag then
        return nil
    end
    return text
end

-- The nonce of a record: dir(1), counter(2), ten zeros. M-2.4
function M.record_nonce(dir, counter)
    return char(dir, math.floor(counter / 256), counter % 256) .. rep("\0", 10)
end

function M.from_hex(text)
    return (text:gsub("%x%x", function(pair) return char(tonumber(pair, 16)) end))
end

function M.to_hex(text)
    return (text:gsub(".", function(c) return ("%02x"):format(byte(c)) end))
end

return M
