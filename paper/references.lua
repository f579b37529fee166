-- Every number in the paper is assigned here, by LaTeX's own rules, and every reference resolved.
--
-- pandoc reads main.tex and its citeproc turns natbib commands into text; this filter then walks the document once in
-- reading order, counts what LaTeX counts (sections, equations, figures, tables, theorems), puts the numbers where the
-- references are, and wraps each object in a call of a function of template.typ. What it cannot resolve it reports as a
-- warning, and typeset.py fails on any warning.

local number_of = {}                       -- label -> "3", "2.1", "B"
local order = {}                           -- labels in order of appearance
local count = { equation = 0, figure = 0, table = 0, theorem = 0 }
local section = { 0, 0, 0 }
local in_appendix = false
local environments = { theorem = "Theorem", proposition = "Proposition", lemma = "Lemma", corollary = "Corollary",
  definition = "Definition", remark = "Remark", claim = "Claim" }
local one_of = { sec = "section", app = "section", eq = "equation", fig = "figure", tab = "table" }

local function complain(text) pandoc.log.warn("references: " .. text) end
local function typst(text) return pandoc.RawInline("typst", text) end
local function typst_block(text) return pandoc.RawBlock("typst", text) end
local function quoted(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end

-- The Typst text of some blocks or inlines.
local function rendered(content)
  if pandoc.utils.type(content) == "Inlines" then content = { pandoc.Plain(content) } end
  return (pandoc.write(pandoc.Pandoc(content), "typst-citations", { wrap_text = "none" }):gsub("%s+$", ""))
end

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

local function at(label) return label ~= "" and (" <" .. label .. ">") or "" end

-- Numbering, in reading order ---------------------------------------------------------------------------------------

local function number_section(header)
  local label = header.identifier:match("^sec:") or header.identifier:match("^app:")
  if not label then  -- pandoc's own, made from the title, or a label of another kind
    if header.identifier:match(":") then complain("label " .. header.identifier .. " has the wrong prefix for a section") end
    header.identifier = ""
  end
  if header.classes:includes("unnumbered") or header.level > 3 then
    if label then complain("section " .. header.identifier .. " has a label and no number, or nothing stands in it") end
    return header, false
  end
  if header.level == 1 and label == "app:" and not in_appendix then in_appendix, section = true, { 0, 0, 0 } end
  if in_appendix and label == "sec:" then complain("section " .. header.identifier .. " stands in the appendix: use app:") end
  section[header.level] = section[header.level] + 1
  for deeper = header.level + 1, 3 do section[deeper] = 0 end
  local parts = {}
  for level = 1, header.level do parts[level] = tostring(section[level]) end
  if in_appendix then parts[1] = string.char(64 + section[1]) end
  local number = table.concat(parts, ".")
  record(header.identifier, "section", number)
  header.content:insert(1, typst("#section-number(" .. quoted(number) .. ")"))
  return header, false
end

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
  return { typst("#numbered-equation(" .. quoted(number) .. ")["), math, typst(at(label) .. "]") }, false
end

local function number_figure(figure)
  local number = next_number("figure")
  record(figure.identifier, "figure", number)
  figure.attributes.number = number
  return figure
end

-- "Theorem 3 (Cochran).  Body": pandoc's own heading is taken off and the title handed to the template.
local function theorem_title(block)
  local inlines, title = block.content, pandoc.Inlines{}
  inlines:remove(1)
  if inlines[1].t == "Str" and inlines[1].text == "." then
    inlines:remove(1)
  else
    inlines:remove(1)
    while inlines[1] and not (inlines[1].t == "Space" and inlines[2] and inlines[2].t == "Space") do
      title:insert(inlines:remove(1))
    end
    title[1].text = title[1].text:gsub("^%(", "")
    title[#title].text = title[#title].text:gsub("%)%.$", "")
  end
  while inlines[1] and inlines[1].t == "Space" do inlines:remove(1) end
  return title
end

local function number_division(division)
  local class = division.classes[1]
  if environments[class] then
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

-- References, then Typst ---------------------------------------------------------------------------------------------

local function resolve(link)
  local label, kind = link.attributes.reference, link.attributes["reference-type"]
  if not label then return nil end
  if kind ~= "ref" and kind ~= "eqref" then complain("use \\ref or \\eqref for " .. label) end
  local number = number_of[label]
  if not number then complain("reference to " .. label .. ", which is not defined") return pandoc.Str("??") end
  if kind == "eqref" then number = "(" .. number .. ")" end
  return pandoc.Link({ pandoc.Str(number) }, "#" .. label)
end

local function draw_figure(figure)
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local images = {}
  figure:walk({ Image = function(image)
    images[#images + 1] = "image(" .. quoted(image.src) .. ", width: 100%)"
  end })
  if #images ~= 1 then complain("figure " .. figure.identifier .. " must hold one image, not " .. #images) end
  return typst_block(("#numbered-figure(%s, caption: [%s], %s)%s"):format(
    quoted(figure.attributes.number), rendered(caption), images[1] or "none", at(figure.identifier)))
end

local function draw_table(tab)
  local number, label = tab.attributes.number, tab.identifier
  if not number then return nil end
  local caption = rendered(pandoc.utils.blocks_to_inlines(tab.caption.long))
  tab.caption, tab.identifier, tab.attributes = { long = {} }, "", {}
  local rows = 0
  for _, body in ipairs(tab.bodies) do rows = rows + #body.body end
  return typst_block(("#numbered-table(%s, rows: %d, caption: [%s])[\n%s\n]%s"):format(
    quoted(number), rows, caption, rendered({ tab }), at(label)))
end

local function draw_division(division)
  local class = division.classes[1]
  local blocks = division.content
  if class == "claim" then  -- its head, title and statement, then the rest
    local title = theorem_title(blocks[1])
    blocks:insert(2, typst_block("]["))
    blocks:insert(1, typst_block(("#catalogue-entry(%s, [%s])["):format(quoted(division.attributes.number), rendered(title))))
    blocks:insert(typst_block("]" .. at(division.identifier)))
    return blocks
  elseif environments[class] then
    local title = theorem_title(blocks[1])
    blocks:insert(1, typst_block(("#theorem(%s, %s, %s, [%s])["):format(
      quoted(class), quoted(environments[class]), quoted(division.attributes.number), rendered(title))))
    blocks:insert(typst_block("]" .. at(division.identifier)))
    return blocks
  elseif class == "proof" then
    local heading = blocks[1].content:remove(1)
    local last = blocks[#blocks].content
    last[#last] = typst("#end-of-proof")
    blocks:insert(1, typst_block("#proof([" .. rendered(heading.content) .. "])["))
    blocks:insert(typst_block("]"))
    return blocks
  elseif division.identifier == "refs" then
    blocks:insert(1, typst_block("#bibliography-list["))
    blocks:insert(typst_block("]"))
    return blocks
  elseif #blocks == 1 and blocks[1].t == "RawBlock" then
    return blocks
  end
end

-- \paragraph: the title runs in with the paragraph that follows it.
local function run_in(blocks)
  for i = #blocks, 2, -1 do
    local header, para = blocks[i - 1], blocks[i]
    if header.t == "Header" and header.level > 3 and para.t == "Para" then
      para.content:insert(1, typst("#run-in([" .. rendered(header.content) .. "])["))
      para.content:insert(typst("]"))
      blocks:remove(i - 1)
    end
  end
  return blocks
end

-- texmath sets \; as no space, \! as a backward jump of a whole em, and a space between an operator and its bracket.
local function spell_out(math)
  if math.text:match("\\!") then complain("\\! is not understood: " .. math.text) end
  math.text = math.text:gsub("\\;", "\\:"):gsub("\\operatorname{(%a+)}%s*(\\left)", "\\mathrm{%1}%2")
    :gsub("\\operatorname{(%a)}", "\\mathrm{%1}")
  return math
end

-- Inline mathematics: short formulas are not broken over lines, and \displaystyle, which texmath drops, is kept.
local UNBROKEN = 34  -- characters of LaTeX
local function set_inline(math)
  if math.mathtype ~= "InlineMath" then return nil end
  local source, displayed = math.text:gsub("^%s*\\displaystyle%s*", "")
  local text = rendered(pandoc.Inlines{ pandoc.Math("InlineMath", source) })
  if displayed > 0 then text = "$display(" .. text:sub(2, -2) .. ")$" end
  if #source <= UNBROKEN then text = "#box(" .. text .. ")" end
  return typst(text)
end

-- A paragraph that is one displayed formula: set on its own, so that its lines keep their distance.
local function formula_line(para)
  local only = para.content[1]
  if #para.content == 1 and only.t == "RawInline" and only.text:match("^#?b?o?x?%(?%$display") then
    return typst_block("#formula-line(" .. only.text:gsub("^#", "") .. ")")
  end
end

local function list_numbers(document)
  local lines = {}
  for i, label in ipairs(order) do lines[i] = "// " .. label .. " " .. number_of[label] end
  document.blocks:insert(1, typst_block(table.concat(lines, "\n")))
  return document
end

return {
  { Math = spell_out },
  { traverse = "topdown", Header = number_section, Math = number_equation, Figure = number_figure,
    Div = number_division, Table = number_table, Span = refuse_label },
  { Link = resolve, Cite = function(cite) return cite.content end },
  { Math = set_inline },
  { Para = formula_line },
  { Figure = draw_figure, Table = draw_table, Div = draw_division },
  { Blocks = run_in },
  { Pandoc = list_numbers },
}
