-- SPDX-License-Identifier: ISC
-- Two files that an observer may have: a key log and a task table. docs/FORMATS.md
local M = {}

local NONCE_HEX, KEY_HEX = 24, 32
local LINE = "^MSSL_SESSION (%x+) (%x+) (%x+)$"

-- A key log: key() finds the session key of two nonces, all in hex. The file is read
-- again when a key is missing and it has grown, since a capture may be live.
local Log = {}
Log.__index = Log

function M.log(path)
    return setmetatable({ path = path, keys = {}, size = 0, wrong = 0 }, Log)
end

function Log:read()
    local file = self.path ~= "" and io.open(self.path, "rb")
    if not file then
        return false
    end
    local size = file:seek("end")
    local grown = size ~= self.size
    if grown then
        self.size, self.keys, self.wrong = size, {}, 0
        file:seek("set")
        for line in file:lines() do
            self:take((line:gsub("\r$", "")))
        end
    end
    file:close()
    return grown
end

function Log:take(line)
    local nc, ns, key = line:match(LINE)
    if nc and #nc == NONCE_HEX and #ns == NONCE_HEX and #key == KEY_HEX then
        self.keys[nc:lower() .. ns:lower()] = key:lower()
    elseif line ~= "" and line:sub(1, 1) ~= "#" then
        self.wrong = self.wrong + 1
    end
end

function Log:key(nc, ns)
    local name = nc .. ns
    if not self.keys[name] then
        self:read()
    end
    return self.keys[name]
end

-- A task table file: names by number; empty if there is none.
function M.names(path)
    local names = {}
    local file = path ~= "" and io.open(path, "rb")
    if not file then
        return names
    end
    for line in file:lines() do
        local number, name = line:match("^task (%d+) ([a-z][a-z0-9_-]*)")
        if number and tonumber(number) <= 28 then
            names[tonumber(number)] = name
        end
    end
    file:close()
    return names
end

return M
