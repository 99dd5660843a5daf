-- SPDX-License-Identifier: ISC
-- The fields that Wireshark shows and filters by, and how a message fills them.
local N = require("mssl_fields")
local text = require("mssl_text")

local M = {}

local types = { [N.TYPE_GRANT] = "grant", [N.TYPE_RESTRICTION] = "restriction" }
local kinds = { [N.ADDRESS_IPV4] = "IPv4", [N.ADDRESS_MAC] = "MAC" }
local results = { [N.ENROL_MORE] = "more is wanted", [N.ENROL_DONE] = "enrolled" }

local F = {
    kind = ProtoField.string("mssl.kind", "Message"),
    direction = ProtoField.string("mssl.direction", "From"),
    length = ProtoField.uint8("mssl.length", "Length byte"),
    type = ProtoField.uint8("mssl.block.type", "Type", base.HEX, types),
    table = ProtoField.uint8("mssl.block.table", "Task table"),
    device = ProtoField.uint32("mssl.block.device", "Device id", base.HEX),
    slot = ProtoField.uint8("mssl.block.slot", "Slot"),
    generation = ProtoField.uint8("mssl.block.generation", "Generation"),
    address_len = ProtoField.uint8("mssl.block.address_len", "Address length"),
    address_kind = ProtoField.uint8("mssl.block.address_kind", "Address kind", base.DEC, kinds),
    epoch = ProtoField.uint16("mssl.block.epoch", "Epoch"),
    tasks = ProtoField.bytes("mssl.block.tasks", "Tasks"),
    task_bit = ProtoField.uint8("mssl.block.task", "Task"),
    address = ProtoField.string("mssl.block.address", "Address"),
    parameters = ProtoField.bytes("mssl.block.parameters", "Parameters"),
    host = ProtoField.string("mssl.block.host", "Host id"),
    nc = ProtoField.bytes("mssl.nc", "Nonce of the host, Nc"),
    ns = ProtoField.bytes("mssl.ns", "Nonce of the device, Ns"),
    counter = ProtoField.uint16("mssl.counter", "Number in its direction"),
    sealed = ProtoField.bytes("mssl.sealed", "Ciphertext"),
    tag = ProtoField.bytes("mssl.tag", "Tag"),
    tag_state = ProtoField.string("mssl.tag.state", "Tag is"),
    plain = ProtoField.bytes("mssl.plain", "Plaintext"),
    task = ProtoField.uint8("mssl.task", "Task"),
    task_name = ProtoField.string("mssl.task.name", "Task's name"),
    status = ProtoField.uint8("mssl.status", "Status", base.DEC, text.statuses),
    text = ProtoField.string("mssl.text", "Text"),
    describe = ProtoField.uint8("mssl.describe.task", "Describe task"),
    d_table = ProtoField.uint8("mssl.describe.table", "Task table"),
    d_tasks = ProtoField.bytes("mssl.describe.tasks", "Effective tasks"),
    d_flags = ProtoField.uint8("mssl.describe.flags", "Flags (1 signature option, 2 enrolled)", base.HEX),
    offset = ProtoField.uint16("mssl.enrol.offset", "Offset of the signature's chunk"),
    chunk = ProtoField.uint8("mssl.enrol.count", "Bytes in it"),
    enrolled = ProtoField.uint8("mssl.enrol.result", "Enrolment", base.DEC, results),
    a_slot = ProtoField.uint8("mssl.admin.slot", "Revoke in slot"),
    a_generation = ProtoField.uint8("mssl.admin.generation", "Below generation"),
    epoch_step = ProtoField.bool("mssl.admin.epoch_step", "Epoch step"),
    rest = ProtoField.bytes("mssl.rest", "Bytes that can't be read"),
}
M.fields = F

-- An expert information for each warning of mssl_text.lua.
M.experts = {}
local PROBLEMS = { bad_tag = expert.group.SECURITY, missing = expert.group.SEQUENCE }
for name, words in pairs(text.warnings) do
    M.experts[name] = ProtoExpert.new("mssl.warning." .. name, words, PROBLEMS[name] or expert.group.PROTOCOL,
        name == "missing" and expert.severity.NOTE or expert.severity.ERROR)
end
M.ended = ProtoExpert.new("mssl.end.refusal", "MSSL ended", expert.group.RESPONSE_CODE, expert.severity.NOTE)

-- A block of 32 bytes at range r. PROTOCOL 3
local function add_block(tree, proto, r, names)
    local first = r(N.G_TYPE, 1):uint()
    local b = tree:add(proto, r, types[first] == "restriction" and "Restriction" or "Grant")
    b:add(F.type, r(N.G_TYPE, 1))
    b:add(F.table, r(N.G_TABLE, 1))
    b:add(F.device, r(N.G_DEVICE, N.G_DEVICE_LEN))
    b:add(F.slot, r(N.G_SLOT, 1))
    b:add(F.generation, r(N.G_GENERATION, 1))
    b:add(F.address_len, r(N.G_ADDRESS_LEN, 1))
    b:add(F.address_kind, r(N.G_ADDRESS_KIND, 1))
    b:add(F.epoch, r(N.G_EPOCH, N.G_EPOCH_LEN))
    local tasks = r(N.G_TASKS, N.G_TASKS_LEN)
    local bits = b:add(F.tasks, tasks)
    for _, task in ipairs(text.task_list(tasks:raw())) do
        bits:add(F.task_bit, r(N.G_TASKS + math.floor(task / 8), 1), task):append_text(" " .. text.task(task, names))
    end
    local bytes = r(N.G_ADDRESS, N.G_ADDRESS_MAX)
    b:add(F.address, bytes, text.address(r(N.G_ADDRESS_KIND, 1):uint(), r(N.G_ADDRESS_LEN, 1):uint(), bytes:raw()))
    b:add(F.parameters, r(N.G_PARAM, N.G_PARAM_LEN))
    local host = r(N.G_HOST, N.G_HOST_LEN)
    b:add(F.host, host, text.escape(text.trim(host:raw())))
end

local function add_hello(tree, proto, m, r, names)
    tree:add(F.length, r(0, 1))
    for i = 0, m.blocks - 1 do
        add_block(tree, proto, r(1 + i * N.GRANT_LEN, N.GRANT_LEN), names)
    end
    tree:add(F.nc, r(r:len() - N.NONCE_LEN, N.NONCE_LEN))
end

local function add_tag(tree, m, r)
    if m.counter then
        tree:add(F.counter, m.counter):set_generated()
    end
    tree:add(F.tag, r(r:len() - N.TAG_LEN, N.TAG_LEN))
    tree:add(F.tag_state, m.tag):set_generated()
end

local function add_welcome(tree, _, m, r)
    tree:add(F.ns, r(0, N.NONCE_LEN))
    tree:add(F.length, r(N.NONCE_LEN, 1))
    add_tag(tree, m, r)
end

-- What the plaintext says: which of m's fields, at which bytes of it.
local PLAIN = {
    { "describe", F.describe, 2, 1 }, { "offset", F.offset, 1, 2 }, { "chunk", F.chunk, 3, 1 },
    { "slot", F.a_slot, 1, 1 }, { "generation", F.a_generation, 2, 1 }, { "epoch_step", F.epoch_step, 1, 1 },
    { "enrolled", F.enrolled, 1, 1 }, { "table", F.d_table, 1, 1 }, { "flags", F.d_flags, 6, 1 },
}

local function add_plain(tree, m, names)
    local r = ByteArray.new(m.plain, true):tvb("MSSL plaintext")()
    tree:add(F.plain, r)
    if m.status then
        tree:add(F.status, r(0, 1))
    end
    if m.task then
        local item = m.kind == "command" and tree:add(F.task, r(0, 1)) or tree:add(F.task, r(0, 1), m.task)
        local name = tree:add(F.task_name, r(0, 1), text.task(m.task, names))
        if m.kind ~= "command" then
            item:set_generated()
        end
        name:set_generated()
    end
    for _, row in ipairs(PLAIN) do
        if m[row[1]] then
            tree:add(row[2], r(row[3], row[4]), m[row[1]])
        end
    end
    if m.tasks then
        tree:add(F.d_tasks, r(2, 4)):append_text(" " .. M.task_words(m.tasks, names))
    end
    if m.text and m.text ~= "" then
        tree:add(F.text, r(1), m.text)
    end
end

local function add_record(tree, _, m, r, names)
    tree:add(F.length, r(0, 1))
    if r:len() > N.CLOSE_LEN then
        tree:add(F.sealed, r(1, r:len() - N.RECORD_OVERHEAD))
    end
    add_tag(tree, m, r)
    if m.plain then
        add_plain(tree, m, names)
    end
end

local function add_rest(tree, _, _, r)
    tree:add(F.rest, r)
end

local ADD = { HELLO = add_hello, WELCOME = add_welcome, malformed = add_rest }

function M.task_words(word, names)
    local words = {}
    for _, task in ipairs(text.task_list(word)) do
        words[#words + 1] = text.task(task, names)
    end
    return table.concat(words, ",")
end

-- One line about a message, for the list of packets.
function M.summary(m, names)
    local words = m.kind
    if m.task then
        words = words .. " " .. text.task(m.task, names)
    end
    if m.status then
        words = words .. " " .. (text.statuses[m.status] or m.status)
    end
    if m.text and m.text ~= "" then
        words = words .. " \"" .. m.text:gsub("\"", "\\\"") .. "\""
    end
    return m.tag == "bad" and words .. " (bad tag)" or words
end

-- Adds a message at range r.
function M.add(tree, proto, m, r, names)
    local item = tree:add(proto, r, "MSSL " .. M.summary(m, names))
    item:add(F.kind, m.kind):set_generated()
    item:add(F.direction, m.dir):set_generated()
    local add = ADD[m.kind] or add_record
    add(item, proto, m, r, names)
    for _, name in ipairs(m.warnings) do
        item:add_proto_expert_info(M.experts[name])
    end
end

return M
