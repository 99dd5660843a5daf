-- SPDX-License-Identifier: ISC
-- AES and CCM of the dissector against known answers, under whatever Lua runs this:
-- plain Lua 5.2 and 5.4, and tshark's. MSSL_LUA: the dissector's folder; MSSL_VECTORS:
-- what crypto_vectors.py made. Prints one line that sums up.
package.path = os.getenv("MSSL_LUA") .. "/?.lua;" .. package.path
local crypto = require("mssl_crypto")
local vectors = dofile(os.getenv("MSSL_VECTORS"))
local wrong = 0

local function check(fine, what)
    if not fine then
        wrong = wrong + 1
        print("wrong: " .. what)
    end
end

for i, case in ipairs(vectors.aes) do
    local key, plain, cipher = crypto.from_hex(case[1]), crypto.from_hex(case[2]), case[3]
    check(crypto.to_hex(crypto.aes_lua(key)(plain)) == cipher, "AES case " .. i)
    check(crypto.to_hex(crypto.aes(key)(plain)) == cipher, "AES case " .. i .. " by " .. crypto.by)
end

for i, case in ipairs(vectors.ccm) do
    local aes = crypto.aes(crypto.from_hex(case[1]))
    local text = crypto.ccm_open(aes, crypto.from_hex(case[2]), crypto.from_hex(case[3]), crypto.from_hex(case[4]))
    check(text == (case[5] and crypto.from_hex(case[5]) or nil), "CCM case " .. i)
end

-- A binding of libgcrypt is taken only if it knows FIPS 197's answer. This Lua has none,
-- so here is one that does, one that does not, and one that fails.
local function with_gcrypt(encrypt)
    _G.GcryptCipher = { open = function()
        return { setkey = function(self, key) self.key = key end, encrypt = function(self, _, input)
            return { raw = function() return encrypt(self.key, input) end }
        end }
    end }
    local old = _G.ByteArray
    _G.ByteArray = { new = function(bytes) return bytes end }
    package.loaded.mssl_crypto = nil
    local by = require("mssl_crypto").by
    _G.GcryptCipher, _G.ByteArray = nil, old
    return by
end
check(with_gcrypt(function(key, input) return crypto.aes_lua(key)(input) end) == "libgcrypt", "a good binding is not used")
check(with_gcrypt(function() return ("x"):rep(16) end) == "Lua", "a wrong binding is used")
check(with_gcrypt(function() error("no") end) == "Lua", "a failing binding is used")

print(("crypto: %s, %d AES, %d CCM, %d wrong"):format(_VERSION, #vectors.aes, #vectors.ccm, wrong))
if not rawget(_G, "register_menu") then
    os.exit(wrong == 0 and 0 or 1)
end
