import { existsSync } from 'node:fs'
import { MakerDeb } from '@electron-forge/maker-deb'
import { MakerZIP } from '@electron-forge/maker-zip'
import { FusesPlugin } from '@electron-forge/plugin-fuses'
import { VitePlugin } from '@electron-forge/plugin-vite'
import type { ForgeConfig } from '@electron-forge/shared-types'
import { FuseV1Options, FuseVersion } from '@electron/fuses'

/** Offline packaging: a folder that holds the Electron zip for this platform. */
const zipFolder = process.env.FORGE_ELECTRON_ZIP_DIR

/** What goes into the app: bundles, the built window, run-time packages, the addon and the assets. */
const packed = /^\/(\.vite|node_modules|package\.json|dist|assets|native)(\/|$)/
const nativeSources = /^\/native\/(?!build(\/|$))|^\/native\/build\/(?!forager\.node$)./

/** Threads of the main process; each is an entry of its own because a worker is started from a file. */
const workers = [
  'session-worker',
  'recording-worker',
  'reader-worker',
  'training-worker',
  'evaluation-worker',
  'replay-worker',
  'import-worker',
  'exchange-worker',
]

const config: ForgeConfig = {
  packagerConfig: {
    ...(zipFolder === undefined ? {} : { electronZipDir: zipFolder }),
    executableName: 'forager',
    ...(existsSync('assets/icon.png') ? { icon: 'assets/icon' } : {}),
    prune: true,
    // The Vite plugin packs only /.vite by itself: externalised packages and the addon would be missing.
    ignore: (file: string) => file !== '' && (!packed.test(file) || nativeSources.test(file)),
    asar: { unpack: '**/*.{node,so,so.*,wasm}' },
  },
  // Every native package is Node-API with its binaries in the tarball; a rebuild would fetch Electron headers.
  rebuildConfig: { onlyModules: [] },
  makers: [
    new MakerZIP({}, ['linux', 'darwin', 'win32']),
    new MakerDeb({ options: { bin: 'forager', maintainer: 'Forager engineers', categories: ['Science'] } }),
  ],
  plugins: [
    new VitePlugin({
      build: [
        { entry: 'src/main/main.ts', config: 'vite.main.config.ts', target: 'main' },
        ...workers.map((name) => ({
          entry: `src/main/workers/${name}.ts`,
          config: 'vite.main.config.ts',
          target: 'main' as const,
        })),
        { entry: 'src/main/robot/simulated-robot-process.ts', config: 'vite.main.config.ts', target: 'main' },
        { entry: 'src/preload/preload.ts', config: 'vite.preload.config.ts', target: 'preload' },
      ],
      // The window is built by vite.renderer.config.ts into dist/window for both hosts; the app loads that build.
      renderer: [],
    }),
    new FusesPlugin({
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
    }),
  ],
}

export default config
