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
local FIN, SYN, RST = 0x01, 0x02, 0x04
local KEY_BYTES = 160           -- more than any message has

local port, log, names = N.PORT, nil, {}
local sessions, seen, ended = {}, {}, {}
local blind = false             -- frames were first seen without fields

function proto.init()
    sessions, seen, ended, blind = {}, {}, {}, false
    log = keys.log(proto.prefs.keylog_file)
    names = keys.names(proto.prefs.task_table)
end

local function direction(pinfo)
    return pinfo.dst_port == port and "host" or "device"
end

-- A session goes by TCP's stream. Where a frame is first seen without fields (tshark's
-- first pass of two) it goes by addresses, and a HELLO begins the next; n: the first
-- byte of what came.
local function session_of(pinfo, n)
    local stream, from_host = tcp_stream(), direction(pinfo) == "host"
    blind = blind or not (stream or pinfo.visited)
    local key = stream and not blind and stream.value
    if not key then
        local host, device = { pinfo.src, pinfo.src_port }, { pinfo.dst, pinfo.dst_port }
        if not from_host then
            host, device = device, host
        end
        key = ("%s %d %s"):format(tostring(host[1]), host[2], tostring(device[1]))
    end
    local list = sessions[key] or {}
    local last = list[#list]
    local anew = blind and not pinfo.visited and last and last.host.began and from_host and session.hello_length_ok(n)
    if not last or anew then
        last = session.new(log)
        last.from, last.blind = pinfo.number, blind
        list[#list + 1], sessions[key] = last, list
    end
    for _, s in ipairs(list) do
        last = s.from <= pinfo.number and s or last
    end
    return last
end

-- What stands at the beginning of raw: a message and its length, or how many bytes
-- more it needs. Moves the session on.
local function take(pinfo, dir, raw)
    local s = session_of(pinfo, raw:byte(1))
    s.spoke = s.spoke or dir == "host"
    if s[dir].lost then
        return { length = #raw }
    end
    local _, length = s:next(dir, raw:byte(1))
    if length and #raw < length then
        return { more = length - #raw }
    end
    length = length or #raw
    return { m = s:take(dir, raw:sub(1, length), pinfo.number), length = length }
end

-- The same, once for each frame; a frame seen before has nothing new to say.
local function take_once(pinfo, dir, raw)
    local key = pinfo.number .. dir .. #raw .. raw:sub(1, KEY_BYTES)
    if not seen[key] and pinfo.visited then
        return { length = #raw }
    end
    seen[key] = seen[key] or take(pinfo, dir, raw)
    return seen[key]
end

function proto.dissector(tvb, pinfo, tree)
    local dir = direction(pinfo)
    local offset, said = 0, {}
    pinfo.cols.protocol = "MSSL"
    while offset < tvb:len() do
        local found = take_once(pinfo, dir, tvb:raw(offset))
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

-- What the TCP header of this frame means for its session.
local function note_end(pinfo, flags)
    local function has(flag) return math.floor(flags / flag) % 2 == 1 end
    local s, dir = session_of(pinfo, 0), direction(pinfo)
    s.syn = s.syn or has(SYN)
    local len = tcp_len()               -- none in a frame that was cut
    s.spoke = s.spoke or (dir == "host" and len and len.value > 0)
    if (has(FIN) or has(RST)) and (not s.over or s.over >= pinfo.number) then
        s.over = pinfo.number
        ended[pinfo.number] = s:ended(dir, has(RST), pinfo.number)
    end
end

-- The end of a connection has no byte of its own, so this looks at every frame.
function ends.dissector(_, pinfo, tree)
    local stream, flags = tcp_stream(), tcp_flags()
    if not stream or not flags or (pinfo.src_port ~= port and pinfo.dst_port ~= port) then
        return
    end
    if not ended[pinfo.number] then
        note_end(pinfo, flags.value)
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
