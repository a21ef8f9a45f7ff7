import './tokens.css';
import './base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { CrashNotice } from './shell/crash-notice.tsx';
import { applyTheme } from './shell/theme.ts';

applyTheme();

const root = document.getElementById('console');
if (root === null) throw new Error('index.html has no element #console to put the page in');
createRoot(root).render(<CrashNotice><App /></CrashNotice>);
