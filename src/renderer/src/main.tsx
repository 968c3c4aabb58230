import './app/boot.ts';
import '@mantine/core/styles.css';
import './app/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './api/transport.ts';
import { App } from './app/App.tsx';
import { startTexts } from './app/i18n.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root".');
startTexts();
const connecting = connect();
// The page shows why it failed; until it is drawn nobody listens, which the browser would report as a defect.
connecting.catch(() => undefined);
createRoot(root).render(
  <StrictMode>
    <App connecting={connecting} />
  </StrictMode>,
);
