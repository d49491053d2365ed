// Looks at pages in a real browser: node browse.cjs CHROMIUM BASE PATH...
// The only scripts are axe's and ours: the pages have none.
// Prints one line for each thing that a reader would stumble over: what axe
// finds, a page wider than its window, what the keyboard cannot reach.
const { chromium } = require('playwright-core');
const axe = require('axe-core').source;

const sizes = { laptop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 }, small: { width: 320, height: 640 } };

async function look(page, where, width) {
  const bad = [];
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) bad.push(`${where}: ${wide} pixels wide in ${width}`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  for (const v of found.violations) bad.push(`${where}: ${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', ')}`);
  return bad;
}

// The keyboard reaches every link, field and button, in order and visibly, and
// the first stop leads past the masthead.
async function tab(page, where) {
  const bad = [];
  const want = await page.evaluate(() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter(e => e.checkVisibility()).length);
  const seen = new Set();
  for (let i = 0; i < want + 2 && i < 150; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      e.dataset.stop ??= String(document.querySelectorAll('[data-stop]').length + 1);
      const box = e.getBoundingClientRect(), style = getComputedStyle(e);
      return { stop: e.dataset.stop, name: e.textContent.trim().slice(0, 30) || e.name, href: e.getAttribute('href'),
        seen: box.width > 1 && box.height > 1 && box.left >= 0 && style.outlineStyle !== 'none' };
    });
    if (!at) break;
    if (i === 0 && at.href !== '#main') bad.push(`${where}: the first stop is ${at.name}, not the way past the masthead`);
    if (!at.seen) bad.push(`${where}: nobody sees that the focus is on ${at.name}`);
    seen.add(at.stop);
  }
  if (seen.size < Math.min(want, 150)) bad.push(`${where}: the keyboard reaches ${seen.size} of ${want} links and fields`);
  return bad;
}

(async () => {
  const [exe, base, ...paths] = process.argv.slice(2);
  const browser = await chromium.launch({ executablePath: exe, args: ['--no-sandbox'] });
  const bad = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      if (size === 'small' && colorScheme === 'dark') continue; // it differs from the phone in width alone
      const context = await browser.newContext({ colorScheme, viewport });
      const page = await context.newPage();
      for (const path of paths) {
        await page.goto(base + path);
        const where = `${path} (${colorScheme}, ${size})`;
        bad.push(...await look(page, where, viewport.width));
        if (colorScheme === 'light' && size === 'laptop') bad.push(...await tab(page, where));
      }
      await context.close();
    }
  }
  await browser.close();
  console.log(['looked at ' + paths.length + ' pages', ...bad].join('\n'));
})().catch(e => { console.error(e); process.exit(1); });
