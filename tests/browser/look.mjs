// Looks at pages in the system's Chromium and says what it measured, as JSON. Asks: lines of JSON on stdin, each
// {"name", "file", "width", "height", "theme", "media", "axe", "keyboard", "screenshot"}.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// In the page: every piece of text with its box, what is wider than the window, where the answers end.
function measure() {
  const boxes = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (!node.data.trim() || parent.closest('style, .skip, details:not([open]) > :not(summary)')) continue
    const holder = parent.getBoundingClientRect()
    if (holder.width <= 1 && holder.height <= 1) continue // told to who listens alone
    const range = document.createRange()
    range.selectNodeContents(node)
    const inScroll = parent.closest('.scroll') !== null
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue
      const top = rect.top + scrollY
      boxes.push({ text: node.data.trim().slice(0, 60), left: rect.left, right: rect.right, top, bottom: top + rect.height, inScroll })
    }
  }
  boxes.sort((one, other) => one.top - other.top)
  const overlaps = []
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom - 4; j++) {
      const across = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left)
      const down = Math.min(boxes[i].bottom, boxes[j].bottom) - boxes[j].top
      if (across > 1.5 && down > 5) overlaps.push([boxes[i].text, boxes[j].text])
    }
  }
  const width = document.documentElement.clientWidth
  const outside = boxes.filter(box => !box.inScroll && (box.left < -0.5 || box.right > width + 0.5)).map(box => box.text)
  const bottom = selector => [...document.querySelectorAll(selector)].map(each => each.getBoundingClientRect().bottom + scrollY)
  return {
    texts: boxes.length,
    overlaps,
    outside,
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: width,
    height: document.documentElement.scrollHeight,
    heading: bottom('h1')[0],
    finds: bottom('.answer .find'),
    families: [...new Set([...document.querySelectorAll('.fwb, .fwb *')].map(each => getComputedStyle(each).fontFamily))].length,
    background: getComputedStyle(document.querySelector('.fwb')).backgroundColor,
    smallest: Math.min(...[...document.querySelectorAll('.fwb *')].map(each => parseFloat(getComputedStyle(each).fontSize)))
  }
}

// With the keyboard alone: what each press of Tab reaches, whether one sees it there, and whether Enter opens receipts.
async function keyboard(page) {
  const wanted = await page.evaluate(() => {
    const found = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
    return found.filter(each => each.closest('details:not([open]) > :not(summary)') === null).length
  })
  const reached = []
  for (let i = 0; i < wanted; i++) {
    await page.keyboard.press('Tab')
    reached.push(await page.evaluate(() => {
      const at = document.activeElement
      const rect = at.getBoundingClientRect()
      const style = getComputedStyle(at)
      return {
        what: at.tagName + ' ' + at.textContent.trim().slice(0, 40),
        seen: rect.width > 0 && rect.top < innerHeight && rect.bottom > 0 && rect.left < innerWidth,
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      }
    }))
  }
  const opened = await page.evaluate(() => {
    const summary = document.querySelector('summary')
    if (summary) summary.focus()
    return summary === null
  })
  await page.keyboard.press('Enter')
  const isOpen = opened || (await page.evaluate(() => document.querySelector('details').open))
  return { wanted, reached, isOpen }
}

async function look(browser, ask) {
  const context = await browser.newContext({
    viewport: { width: ask.width, height: ask.height },
    colorScheme: ask.theme,
    reducedMotion: 'reduce'
  })
  const page = await context.newPage()
  const complaints = []
  const requests = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('request', request => requests.push(request.url()))
  await page.goto('file://' + ask.file)
  if (ask.media) await page.emulateMedia({ media: ask.media, colorScheme: ask.theme })
  const answer = { name: ask.name, complaints, requests: requests.length, ...(await page.evaluate(measure)) }
  if (ask.screenshot) await page.screenshot({ path: ask.screenshot, fullPage: true })
  if (ask.keyboard) answer.keyboard = await keyboard(page)
  if (ask.axe) {
    await page.evaluate(axe)
    const result = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
    answer.violations = result.violations.map(each => ({
      id: each.id,
      help: each.help,
      nodes: each.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' :: ' + node.failureSummary)
    }))
  }
  await context.close()
  return answer
}

const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox', '--font-render-hinting=none'] })
const asks = []
for await (const line of createInterface({ input: process.stdin })) if (line.trim()) asks.push(JSON.parse(line))
const worker = async () => {
  for (let ask = asks.shift(); ask; ask = asks.shift()) console.log(JSON.stringify(await look(browser, ask)))
}
await Promise.all([worker(), worker()])
await browser.close()
