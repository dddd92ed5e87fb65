import './tokens.css'
import './base.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startCallSound } from './state/call-sound.ts'
import { startFeeds } from './state/feeds.ts'
import { startHeartbeat } from './state/heartbeat.ts'
import { startKeys } from './state/keys.ts'
import { startTheme } from './state/theme.ts'

startTheme()
startKeys()
startFeeds()
startHeartbeat()
startCallSound()
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(<App />)
