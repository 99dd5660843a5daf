-- SPDX-License-Identifier: ISC
-- The plaintext of a record: what a command asks, what an answer or event says.
-- m.plain holds it; the functions add fields to m. PROTOCOL 7, 9, 10.
local N = require("mssl_fields")
local text = require("mssl_text")

local M = {}

-- The fields of the commands that are the core's own, from the argument's bytes.
local commands = {
    [N.TASK_DESCRIBE] = function(m, a)
        if a:byte(1) == N.DESCRIBE_TASK then
            m.describe = a:byte(2)
        end
    end,
    [N.TASK_ENROL] = function(m, a)
        m.offset = a:byte(1) * 256 + a:byte(2)
        m.chunk = a:byte(N.ENROL_COUNT + 1)
    end,
    [N.TASK_ADMIN] = function(m, a)
        if a:byte(1) == N.ADMIN_EPOCH then
            m.epoch_step = true
        else
            m.slot, m.generation = a:byte(1, 2)
        end
    end,
}

function M.command(m)
    m.kind, m.task = "command", m.plain:byte(1)
    local own = commands[m.task]
    if own then
        own(m, m.plain:sub(2))
    else
        m.text = text.escape(text.trim(m.plain:sub(2)))
    end
    if m.task >= N.TASKS then
        m.warnings[#m.warnings + 1] = "task_range"
    end
end

-- asked: the command, or nil. Two answers have a layout of their own; the rest is text.
function M.answer(m, asked)
    m.kind, m.status, m.task = "answer", m.plain:byte(1), asked and asked.task
    local data = m.plain:sub(2)
    if m.status == N.STATUS_OK and m.task == N.TASK_ENROL then
        m.enrolled = data:byte(1)
    elseif m.status == N.STATUS_OK and m.task == N.TASK_DESCRIBE and not asked.describe then
        m.table, m.tasks, m.flags = data:byte(1), data:sub(2, 5), data:byte(N.DESCRIBE_SELF_LEN)
    else
        m.text = text.escape(text.trim(data))
    end
end

function M.event(m)
    m.kind, m.task = "event", m.plain:byte(1) - N.STATUS_EVENT
    m.text = text.escape(text.trim(m.plain:sub(2)))
    if m.task > N.TASK_APP_MAX then
        m.warnings[#m.warnings + 1] = "task_range"
    end
end

return M
