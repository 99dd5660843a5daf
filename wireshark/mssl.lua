-- SPDX-License-Identifier: ISC
-- MSSL for Wireshark and tshark (4.0 and later): the dissector. wireshark/README.md
-- says how to install it. A session's state goes forward once, when a frame is first
-- seen; what was found is kept by frame, so that later passes show the same.
local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or "./"
package.path = here .. "?.lua;" .. package.path

local N = require("mssl_fields")
local keys = require("mssl_keys")
local session = require("mssl_session")
local text = require("mssl_text")
local show = require("mssl_tree")

local proto = Proto("mssl", "MSSL")
local ends = Proto("mssl_end", "MSSL, end of the connection")

for name, field in pairs(show.fields) do
    proto.fields[name] = field
end
proto.experts = show.experts
local end_text = ProtoField.string("mssl.end", "End")
local end_name = ProtoField.string("mssl.end.name", "End's name")
ends.fields = { end_text, end_name }
ends.experts = { show.ended }

proto.prefs.port = Pref.uint("TCP port", N.PORT, "The port of MSSL devices")
proto.prefs.keylog_file = Pref.string("Key log file", "", "A file written by mssl --keylog: who has it reads these sessions")
proto.prefs.task_table = Pref.string("Task table file", "", "A file that names the device's tasks, such as firmware/tasks.table")

local tcp_stream, tcp_flags, tcp_len = Field.new("tcp.stream"), Field.new("tcp.flags"), Field.new("tcp.len")
local tcp_again = Field.new("tcp.analysis.retransmission")
local FIN, SYN, RST = 0x01, 0x02, 0x04
local KEY_BYTES = 160           -- more than any message has

local port, log, names = N.PORT, nil, {}
local sessions, seen, sent, ended, greeted = {}, {}, {}, {}, {}

function proto.init()
    sessions, seen, sent, ended, greeted = {}, {}, {}, {}, {}
    log = keys.log(proto.prefs.keylog_file)
    names = keys.names(proto.prefs.task_table)
end

local function session_of(stream)
    sessions[stream] = sessions[stream] or session.new(log)
    return sessions[stream]
end

-- A direction's message again, as TCP sends it anew: shown, but not counted.
local function take_again(stream, dir, raw)
    local kind, length = sessions[stream]:next(dir, raw:byte(1))
    local candidates = { length, N.HELLO_LEN, N.WELCOME_LEN, raw:byte(1) + N.RECORD_OVERHEAD, N.HELLO_LEN_MAX }
    for _, n in ipairs(candidates) do
        local m = sent[stream .. dir .. raw:sub(1, n)]
        if n <= #raw and m then
            return { m = setmetatable({ again = true }, { __index = m }), length = n, kind = kind }
        end
    end
end

-- What stands at the beginning of raw: a message and its length, or how many bytes
-- more it needs. Moves the session on.
local function take(stream, dir, raw)
    local s = session_of(stream)
    if s[dir].lost then
        return { length = #raw }
    elseif tcp_again() then
        local old = take_again(stream, dir, raw)
        if old then
            return old
        end
    end
    local _, length, why = s:next(dir, raw:byte(1))
    if why then
        return { m = s:take(dir, raw), length = #raw }
    elseif #raw < length then
        return { more = length - #raw }
    end
    local message = raw:sub(1, length)
    local found = { m = s:take(dir, message), length = length }
    sent[stream .. dir .. message] = found.m
    return found
end

local function take_once(pinfo, stream, dir, raw)
    local key = pinfo.number .. dir .. #raw .. raw:sub(1, KEY_BYTES)
    if not seen[key] then
        seen[key] = take(stream, dir, raw)
    end
    return seen[key]
end

-- The first of tshark's two passes gives no fields, so nothing can be said of a session
-- then; but TCP must learn where messages end. A HELLO's first byte is no record's.
local function only_lengths(tvb, pinfo, dir)
    local host = dir == "host" and { pinfo.src, pinfo.src_port } or { pinfo.dst, pinfo.dst_port }
    local name = tostring(host[1]) .. " " .. host[2]
    local offset = 0
    while offset < tvb:len() do
        local n = tvb(offset, 1):uint()
        local length = session.length(dir, n, greeted[name])
        if not length then
            break
        elseif offset + length > tvb:len() then
            pinfo.desegment_offset, pinfo.desegment_len = offset, offset + length - tvb:len()
            break
        end
        greeted[name] = dir == "host" and (greeted[name] or length == n + 1)
        offset = offset + length
    end
    return tvb:len()
end

function proto.dissector(tvb, pinfo, tree)
    local stream = tcp_stream()
    local dir = pinfo.dst_port == port and "host" or "device"
    if not stream then
        return only_lengths(tvb, pinfo, dir)
    end
    local offset, said = 0, {}
    pinfo.cols.protocol = "MSSL"
    while offset < tvb:len() do
        local found = take_once(pinfo, stream.value, dir, tvb:raw(offset))
        if found.more then
            pinfo.desegment_offset, pinfo.desegment_len = offset, found.more
            break
        end
        if found.m then
            show.add(tree, proto, found.m, tvb(offset, found.length), names)
            said[#said + 1] = show.summary(found.m, names)
        end
        offset = offset + found.length
    end
    if #said > 0 then
        pinfo.cols.info = table.concat(said, ", ")
    end
    return tvb:len()
end

-- The end of a connection has no byte of its own, so this looks at every frame.
function ends.dissector(_, pinfo, tree)
    local stream, flags = tcp_stream(), tcp_flags()
    if not stream or not flags or (pinfo.src_port ~= port and pinfo.dst_port ~= port) then
        return
    end
    local function has(flag) return math.floor(flags.value / flag) % 2 == 1 end
    local s, dir = session_of(stream.value), pinfo.dst_port == port and "host" or "device"
    if has(SYN) then
        s.syn = true
    end
    s[dir].spoke = s[dir].spoke or tcp_len().value > 0
    if not s.over and (has(FIN) or has(RST)) then
        s.over = true
        ended[pinfo.number] = s:ended(dir, has(RST))
    end
    local name = ended[pinfo.number]
    if name then
        local item = tree:add(ends, "MSSL: " .. text.ends[name])
        item:add(end_text, text.ends[name]):set_generated()
        item:add(end_name, name):set_generated()
        item:add_proto_expert_info(show.ended, text.ends[name])
        pinfo.cols.info:append(" [MSSL: " .. text.ends[name] .. "]")
    end
end

local function enlist()
    local tcp = DissectorTable.get("tcp.port")
    tcp:remove(port, proto)
    port = proto.prefs.port
    tcp:add(port, proto)
end

proto.prefs_changed = enlist
enlist()
register_postdissector(ends)

-- Makes Wireshark give fields (tcp.stream) when it reads a file, not only when a packet
-- is looked at: a session's state goes by the order of packets.
Listener.new("frame", "tcp.port == " .. port)
