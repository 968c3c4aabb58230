import { createContext, useContext } from 'react';
import type { ApiClient } from '../../../shared/contract/api.ts';
import type { Connection } from './transport.ts';

/** The program as the page's components reach it. */
export const ConnectionContext = createContext<Connection | null>(null);

function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('This component stands outside of ConnectionContext.');
  return connection;
}

/** The contract's questions. */
export const useApi = (): ApiClient => useConnection().client;

/** Pictures and arrays by hash, and files to the program. */
export const useBytes = (): Connection['bytes'] => useConnection().bytes;
