import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ApiClient } from '../../../shared/contract/api.ts';
import { ApiContext } from '../api/queries.ts';
import { StartPage } from '../features/start/StartPage.tsx';
import { styleNonce } from './boot.ts';
import { theme, tokenVariables } from './theme.ts';

/** Answers come from this machine: a failed question is shown at once, and nothing is asked again unasked. */
const queries = new QueryClient({
  defaultOptions: {
    queries: { networkMode: 'always', retry: false, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false },
  },
});

export function App({ api }: { api: ApiClient }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={tokenVariables}
      forceColorScheme="dark"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queries}>
        <ApiContext value={api}>
          <StartPage />
        </ApiContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}
