// judge-tabs.mjs CHECKS COOKIE URL...: whether the Tab key reaches every control, also in what is folded away. A group of radio
// buttons is one stop, as the arrows go on from there, and a date is several.
import { createRequire } from 'node:module'
const [checks, cookie, ...urls] = process.argv.slice(2)
const { chromium } = createRequire(checks + '/package.json')('playwright-core')
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
let failed = 0
for (const url of urls) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } })
  const [name, value] = cookie.split(/=(.*)/)
  if (name) await context.addCookies([{ name, value, url }])
  const page = await context.newPage()
  await page.goto(url)
  await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
  // A stop is a control, or the name of its group.
  const stops = await page.evaluate(() => {
    window.stopOf = e => e.type === 'radio' ? 'radio ' + e.name : e.id || e.outerHTML.slice(0, 120)
    return [...new Set([...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea')].filter(e => e.checkVisibility() && !e.disabled).map(stopOf))]
  })
  const reached = new Set()
  for (let i = 0; i < stops.length * 6 && reached.size < stops.length; i++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => document.activeElement && document.activeElement !== document.body ? stopOf(document.activeElement) : null)
    if (stops.includes(at)) reached.add(at)
  }
  const missed = stops.filter(s => !reached.has(s))
  if (missed.length) failed++
  console.log(`${missed.length ? 'FAIL' : 'PASS'} ${url}: Tab reaches every control${missed.length ? ' -- not ' + missed.join(', ') : ''}`)
  await context.close()
}
await browser.close()
process.exit(failed ? 1 : 0)
