-- Every number in the paper is assigned here, by LaTeX's own rules, and every reference resolved.
--
-- pandoc has read main.tex and its citeproc has turned natbib commands into text. This filter walks the document once in
-- reading order, counts what LaTeX counts (sections, equations, figures, tables, theorems), gives each object its number as
-- an attribute for setting.lua, and puts the numbers where the references are. What it cannot resolve it reports as a
-- warning, and typeset.py fails on any warning.

local number_of = {}                       -- label -> "3", "2.1", "B"
local order = {}                           -- labels in order of appearance
local count = { equation = 0, figure = 0, table = 0, theorem = 0 }
local section = { 0, 0, 0 }
local in_appendix = false
local theorems = pandoc.List{ "theorem", "proposition", "lemma", "corollary", "definition", "remark", "claim" }
local one_of = { sec = "section", app = "section", eq = "equation", fig = "figure", tab = "table" }

local function complain(text) pandoc.log.warn("references: " .. text) end

-- Remember a label's number; a label is used once and its prefix says what it labels.
local function record(label, kind, number)
  if label == "" then return end
  if number_of[label] then complain("label " .. label .. " is defined twice") end
  if not label:match("^[%w][%w:._-]*$") then complain("label " .. label .. " may hold letters, digits and : . _ - only") end
  local expected = one_of[label:match("^(%a+):") or ""]
  if kind ~= (expected or "theorem") then complain("label " .. label .. " has the wrong prefix for a " .. kind) end
  number_of[label] = number
  order[#order + 1] = label
end

local function next_number(kind)
  count[kind] = count[kind] + 1
  return tostring(count[kind])
end

local function number_section(header)
  local label = header.identifier:match("^sec:") or header.identifier:match("^app:")
  if not label then  -- pandoc's own, made from the title, or a label of another kind
    if header.identifier:match(":") then complain("label " .. header.identifier .. " has the wrong prefix for a section") end
    header.identifier = ""
  end
  if header.classes:includes("unnumbered") or header.level > 3 then
    if label then complain("section " .. header.identifier .. " has a label and no number, or nothing stands in it") end
    return header
  end
  if header.level == 1 and label == "app:" and not in_appendix then in_appendix, section = true, { 0, 0, 0 } end
  if in_appendix and label == "sec:" then complain("section " .. header.identifier .. " stands in the appendix: use app:") end
  section[header.level] = section[header.level] + 1
  for deeper = header.level + 1, 3 do section[deeper] = 0 end
  local parts = {}
  for level = 1, header.level do parts[level] = tostring(section[level]) end
  if in_appendix then parts[1] = string.char(64 + section[1]) end
  header.attributes.number = table.concat(parts, ".")
  record(header.identifier, "section", header.attributes.number)
  return header
end

-- \begin{equation}\label{..} becomes a span with its number; its body is the display without the environment.
local function number_equation(math)
  if math.mathtype == "InlineMath" then return nil end
  local body = math.text:match("^%s*\\begin{equation}(.*)\\end{equation}%s*$")
  if not body then
    if math.text:match("\\label") then complain("\\label belongs on an equation environment: " .. math.text) end
    local other = math.text:match("^%s*\\begin{(%a+)%*?}")
    if other == "align" or other == "gather" or other == "multline" or other == "eqnarray" then
      complain("use equation with aligned inside, not " .. other)
    end
    return nil
  end
  local label = body:match("\\label{([^}]*)}")
  if not label then complain("an equation without a label is written \\[ \\]: " .. body) return nil end
  math.text = body:gsub("\\label{[^}]*}", "", 1):gsub("^%s+", ""):gsub("%s+$", "")
  if math.text:match("\\label") then complain("two labels on one equation: " .. body) end
  local number = next_number("equation")
  record(label, "equation", number)
  return pandoc.Span({ math }, { label, { "equation" }, { number = number } }), false
end

local function number_figure(figure)
  figure.attributes.number = next_number("figure")
  record(figure.identifier, "figure", figure.attributes.number)
  return figure
end

local function number_division(division)
  if theorems:includes(division.classes[1]) then
    division.attributes.number = next_number("theorem")
    record(division.identifier, "theorem", division.attributes.number)
  elseif #division.content == 1 and division.content[1].t == "Table" and division.identifier ~= "" then
    local inner = division.content[1]
    if inner.identifier ~= "" then complain("table " .. division.identifier .. " has two labels") end
    inner.identifier = division.identifier
    return pandoc.Div({ inner })
  end
  return division
end

local function number_table(tab)
  if #tab.caption.long == 0 then
    if tab.identifier ~= "" then complain("table " .. tab.identifier .. " has a label and no caption") end
    return nil
  end
  tab.attributes.number = next_number("table")
  record(tab.identifier, "table", tab.attributes.number)
  return tab
end

local function refuse_label(span)
  if span.attributes.label then complain("label " .. span.identifier .. " labels nothing that has a number") end
end

local function resolve(link)
  local label, kind = link.attributes.reference, link.attributes["reference-type"]
  if not label then return nil end
  if kind ~= "ref" and kind ~= "eqref" then complain("use \\ref or \\eqref for " .. label) end
  local number = number_of[label]
  if not number then complain("reference to " .. label .. ", which is not defined") return pandoc.Str("??") end
  if kind == "eqref" then number = "(" .. number .. ")" end
  return pandoc.Link({ pandoc.Str(number) }, "#" .. label)
end

-- The numbers as comments at the top, for a test to lay beside LaTeX's own.
local function list_numbers(document)
  local lines = {}
  for i, label in ipairs(order) do lines[i] = "// " .. label .. " " .. number_of[label] end
  document.blocks:insert(1, pandoc.RawBlock("typst", table.concat(lines, "\n")))
  return document
end

return {
  { traverse = "topdown", Header = number_section, Math = number_equation, Figure = number_figure,
    Div = number_division, Table = number_table, Span = refuse_label },
  { Link = resolve, Cite = function(cite) return cite.content end },
  { Pandoc = list_numbers },
}
