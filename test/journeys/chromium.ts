import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/opt/google/chrome/chrome']

/** A Chromium of this machine: FORAGER_CHROMIUM, or where distributions put it; undefined when there is none. */
export const chromiumPath: string | undefined = [process.env.FORAGER_CHROMIUM ?? '', ...PLACES].find(
  (path) => path !== '' && existsSync(path),
)

if (chromiumPath === undefined) {
  process.stderr.write(
    'No Chromium on this machine: the journeys in a real browser are skipped. apt-get install chromium\n',
  )
}

const FLAGS = [
  '--no-sandbox',
  // The 3-D views need WebGL; without a GPU it is drawn by the processor.
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchChromium(extra: readonly string[] = []): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium on this machine')
  return chromium.launch({ executablePath: chromiumPath, args: [...FLAGS, ...extra] })
}
