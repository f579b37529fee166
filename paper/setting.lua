-- Hands each object of the document to the function of template.typ that sets it.
--
-- references.lua has numbered everything; what is left are plain pandoc elements with a number as an attribute. Here they
-- become calls such as #numbered-figure("3", caption: [..], image(..)) <fig:x>. Nothing is counted and nothing resolved.

local names = { theorem = "Theorem", proposition = "Proposition", lemma = "Lemma", corollary = "Corollary",
  definition = "Definition", remark = "Remark" }
local LONG = 150  -- characters of LaTeX from which a display may be wider than the text
local UNBROKEN = 34  -- characters of LaTeX up to which an inline formula is not broken over lines

local function complain(text) pandoc.log.warn("setting: " .. text) end
local function typst(text) return pandoc.RawInline("typst", text) end
local function typst_block(text) return pandoc.RawBlock("typst", text) end
local function quoted(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end
local function at(label) return label ~= "" and (" <" .. label .. ">") or "" end

-- The Typst text of some blocks or inlines.
local function rendered(content)
  if pandoc.utils.type(content) == "Inlines" then content = { pandoc.Plain(content) } end
  return (pandoc.write(pandoc.Pandoc(content), "typst-citations", { wrap_text = "none" }):gsub("%s+$", ""))
end

-- Mathematics ---------------------------------------------------------------------------------------------------------

-- texmath sets \; as no space, \! as a backward jump of a whole em, and a space between an operator and its bracket.
local function spell_out(math)
  if math.text:match("\\!") then complain("\\! is not understood: " .. math.text) end
  math.text = math.text:gsub("\\;", "\\:"):gsub("\\operatorname{(%a+)}%s*(\\left)", "\\mathrm{%1}%2")
    :gsub("\\operatorname{(%a)}", "\\mathrm{%1}")
  return math
end

local function set_equation(span)
  if not span.classes:includes("equation") then return nil end
  local math = span.content[1]
  local set = "#numbered-equation(" .. quoted(span.attributes.number)
  if #math.text > LONG then
    local line = rendered(pandoc.Inlines{ pandoc.Math("InlineMath", math.text) })
    set = "#wide-equation(" .. quoted(span.attributes.number) .. ", $display(" .. line:sub(2, -2) .. ")$"
  end
  return { typst(set .. ")["), math, typst(at(span.identifier) .. "]") }
end

-- Short formulas are not broken over lines, and \displaystyle, which texmath drops, is kept.
local function set_inline(math)
  if math.mathtype ~= "InlineMath" then return nil end
  local source, displayed = math.text:gsub("^%s*\\displaystyle%s*", "")
  local text = rendered(pandoc.Inlines{ pandoc.Math("InlineMath", source) })
  if displayed > 0 then text = "$display(" .. text:sub(2, -2) .. ")$" end
  if #source <= UNBROKEN then text = "#box(" .. text .. ")" end
  return typst(text)
end

-- A number with thin spaces between its thousands stays on one line.
local function keep_number(str)
  if str.text:match("%d\u{2006}%d") then return typst("#box[" .. rendered(pandoc.Inlines{ str }) .. "]") end
end

-- A paragraph that is one displayed formula: set on its own, so that its lines keep their distance.
local function formula_line(para)
  local only = para.content[1]
  if #para.content == 1 and only.t == "RawInline" and only.text:match("^#?b?o?x?%(?%$display") then
    return typst_block("#formula-line(" .. only.text:gsub("^#", "") .. ")")
  end
end

-- A step of a derivation stays on one page with its formula.
local function keep_together(list)
  for _, blocks in ipairs(list.content) do
    if #blocks == 2 and blocks[2].t == "RawBlock" then
      blocks:insert(1, typst_block("#block(breakable: false)["))
      blocks:insert(typst_block("]"))
    end
  end
  return list
end

-- Blocks --------------------------------------------------------------------------------------------------------------

local function set_section(header)
  local number = header.attributes.number
  if number then header.content:insert(1, typst("#section-number(" .. quoted(number) .. ")")) end
  header.attributes = {}
  return header
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

local function set_figure(figure)
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local images = {}
  figure:walk({ Image = function(image)
    images[#images + 1] = "image(" .. quoted(image.src) .. ", width: 100%)"
  end })
  if #images ~= 1 then complain("figure " .. figure.identifier .. " must hold one image, not " .. #images) end
  return typst_block(("#numbered-figure(%s, caption: [%s], %s)%s"):format(
    quoted(figure.attributes.number), rendered(caption), images[1] or "none", at(figure.identifier)))
end

local function set_table(tab)
  local number, label = tab.attributes.number, tab.identifier
  if not number then return nil end
  local caption = rendered(pandoc.utils.blocks_to_inlines(tab.caption.long))
  tab.caption, tab.identifier, tab.attributes = { long = {} }, "", {}
  local rows = 0
  for _, body in ipairs(tab.bodies) do rows = rows + #body.body end
  return typst_block(("#numbered-table(%s, rows: %d, caption: [%s])[\n%s\n]%s"):format(
    quoted(number), rows, caption, rendered({ tab }), at(label)))
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
  return rendered(title)
end

local function set_theorem(division)
  local class, blocks, number = division.classes[1], division.content, quoted(division.attributes.number)
  local title = theorem_title(blocks[1])
  if class == "claim" then  -- its title and statement, then the rest
    blocks:insert(2, typst_block("]["))
    blocks:insert(1, typst_block(("#catalogue-entry(%s, [%s])["):format(number, title)))
  else
    blocks:insert(1, typst_block(("#theorem(%s, %s, %s, [%s])["):format(
      quoted(class), quoted(names[class]), number, title)))
  end
  blocks:insert(typst_block("]" .. at(division.identifier)))
  return blocks
end

local function set_proof(blocks)
  local heading = blocks[1].content:remove(1)
  local last = blocks[#blocks].content
  last[#last] = typst("#end-of-proof")
  blocks:insert(1, typst_block("#proof([" .. rendered(heading.content) .. "])["))
  blocks:insert(typst_block("]"))
  return blocks
end

local function set_division(division)
  local blocks = division.content
  if division.attributes.number then return set_theorem(division) end
  if division.classes[1] == "proof" then return set_proof(blocks) end
  if division.identifier == "refs" then
    blocks:insert(1, typst_block("#bibliography-list["))
    blocks:insert(typst_block("]"))
    return blocks
  end
  return #blocks == 1 and blocks[1].t == "RawBlock" and blocks or nil
end

return {
  { Math = spell_out, Str = keep_number },
  { Span = set_equation },
  { Math = set_inline },
  { Para = formula_line },
  { OrderedList = keep_together, BulletList = keep_together },
  { Header = set_section, Figure = set_figure, Table = set_table, Div = set_division },
  { Blocks = run_in },
}
