import './app/boot.ts';
import '@mantine/core/styles.css';
import './app/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './api/client.ts';
import { App } from './app/App.tsx';
import { startTexts } from './app/i18n.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root".');
startTexts();
createRoot(root).render(
  <StrictMode>
    <App api={connect()} />
  </StrictMode>,
);
