import { useState } from 'react';

/** The value, and while there is none the last one there was: a picture stands until the next has arrived. */
export function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}
