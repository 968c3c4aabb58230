import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { Settings } from '../../../shared/contract/app/program.ts';
import { styleNonce } from './boot.ts';
import { themeOf, tokenVariables } from './theme.ts';

type LookSettings = Pick<Settings, 'theme' | 'density'>;

/** Colours and sizes as the person chose them. Where the system has no wish, dark: it is read in dark rooms. */
export function Look({ settings, children }: { settings: LookSettings; children: ReactNode }) {
  const systemIsLight = useMediaQuery('(prefers-color-scheme: light)', false, { getInitialValueInEffect: false });
  const chosen = settings.theme === 'system' ? (systemIsLight ? 'light' : 'dark') : settings.theme;
  return (
    <MantineProvider
      theme={themeOf(settings)}
      cssVariablesResolver={tokenVariables}
      forceColorScheme={chosen}
      getStyleNonce={styleNonce}
    >
      {children}
    </MantineProvider>
  );
}
