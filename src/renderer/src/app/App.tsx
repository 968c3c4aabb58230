import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import { type ReactNode, useEffect } from 'react';
import { DEFAULT_SETTINGS } from '../../../shared/contract/app/program.ts';
import { ConnectionContext } from '../api/connection.ts';
import { useSettings } from '../api/queries.ts';
import type { Connection } from '../api/transport.ts';
import { Boundary } from '../components/Boundary.tsx';
import { Connecting, LostConnection, RefusedConnection } from '../features/shell/Connecting.tsx';
import { useLink } from '../features/shell/link.ts';
import { Shell } from '../features/shell/Shell.tsx';
import { Look } from './Look.tsx';
import { NavigationProvider } from './navigation.tsx';

/** Answers come from this machine: a failed question is shown at once, and nothing is asked again unasked. */
const queries = new QueryClient({
  defaultOptions: {
    queries: { networkMode: 'always', retry: false, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false },
    mutations: { networkMode: 'always' },
  },
});

/** The page, from the connection to the program upwards. */
export function App({ connecting }: { connecting: Promise<Connection> }) {
  const link = useLink(connecting);
  if (link.state !== 'open') {
    return (
      <Look settings={DEFAULT_SETTINGS}>
        {link.state === 'connecting' ? <Connecting /> : <RefusedConnection error={link.error} />}
      </Look>
    );
  }
  return (
    <QueryClientProvider client={queries}>
      <ConnectionContext value={link.connection}>
        <AsThePersonLikesIt>
          <Boundary content="page">
            <NavigationProvider>
              <Shell />
            </NavigationProvider>
          </Boundary>
          <LostConnection reason={link.lost} />
        </AsThePersonLikesIt>
      </ConnectionContext>
    </QueryClientProvider>
  );
}

function AsThePersonLikesIt({ children }: { children: ReactNode }) {
  const settings = useSettings();
  const { language } = settings;
  useEffect(() => {
    void i18next.changeLanguage(language);
    document.documentElement.lang = language;
  }, [language]);
  return <Look settings={settings}>{children}</Look>;
}
