import { queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ExaminedPoint } from '../../../shared/contract/app/cases.ts';
import { useBytes } from './connection.ts';
import type { Connection } from './transport.ts';

type Sha256 = ExaminedPoint['attackedArray'];

/** What a picture without a viewer is kept for: scrolling back and forth. */
const KEPT_MILLISECONDS = 60_000;

/** The question for a picture, also to ask it ahead of time; answered with null where there is none of this hash. */
export const pictureQuery = (bytes: Connection['bytes'], kind: 'photograph' | 'thumbnail', sha256: Sha256) =>
  queryOptions({
    queryKey: ['bytes', kind, sha256],
    queryFn: async ({ signal }) => {
      const got = await bytes.get(kind, sha256, signal);
      return got === null ? null : new Blob([got as BlobPart]);
    },
    gcTime: KEPT_MILLISECONDS,
  });

/**
 * A picture as the address of a Blob, for `<img>` and canvases; undefined while it is on its way, null where there is none
 * of this hash. The address is given back when the component goes.
 */
export function usePicture(
  kind: 'photograph' | 'thumbnail',
  sha256: Sha256,
): UseQueryResult<Blob | null> & {
  readonly address: string | undefined;
} {
  const query = useQuery(pictureQuery(useBytes(), kind, sha256));
  const [address, setAddress] = useState<string>();
  const blob = query.data ?? null;
  useEffect(() => {
    if (blob === null) return undefined;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
      setAddress(undefined);
    };
  }, [blob]);
  return { ...query, address };
}

/** An array by hash, as bytes; null where the program no longer keeps it (examine again). */
export function useArray(sha256: Sha256 | undefined): UseQueryResult<Uint8Array | null> {
  const bytes = useBytes();
  return useQuery({
    queryKey: ['bytes', 'array', sha256],
    queryFn: ({ signal }) => (sha256 === undefined ? null : bytes.get('array', sha256, signal)),
    enabled: sha256 !== undefined,
    gcTime: KEPT_MILLISECONDS,
  });
}

/** A copy with the alignment that float views need. */
export const float32 = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);
