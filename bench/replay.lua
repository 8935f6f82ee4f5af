-- Sends the requests of a list in the list's order:
--   wrk … -s replay.lua URL -- LIST
-- A line of the list: method, path, then names and values of headers, all
-- separated by tabs. Says "sent" at the end of the list, for whoever started
-- wrk to stop it; until then it begins again.

local requests, at = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        local fields = {}
        for field in line:gmatch("[^\t]+") do
            fields[#fields + 1] = field
        end
        local headers = { Host = wrk.headers["Host"] }
        for i = 3, #fields, 2 do
            headers[fields[i]] = fields[i + 1]
        end
        requests[#requests + 1] = wrk.format(fields[1], fields[2], headers)
    end
end

function request()
    if at == #requests then
        io.write("sent\n")
        io.flush()
        at = 0
    end
    at = at + 1
    return requests[at]
end

function done(summary)
    local errors = summary.errors
    io.write(string.format('{"requests": %d, "microseconds": %d, "errors": %d}\n', summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
