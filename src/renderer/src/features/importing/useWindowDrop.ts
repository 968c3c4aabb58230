import { useEffect, useRef, useState } from 'react';

/** What was dropped: files and folders, of which nothing has been read yet. */
export interface DroppedFiles {
  readonly entries: readonly (FileSystemEntry | File)[];
}

/**
 * Calls `onDrop` when files or folders are dropped anywhere onto the window; without it the browser would open them in
 * place of the page.
 *
 * @returns whether files are held over the window now
 */
export function useWindowDrop(onDrop: (dropped: DroppedFiles) => void): boolean {
  const latest = useRef(onDrop);
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    latest.current = onDrop;
  });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    window.addEventListener(
      'dragover',
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setIsOver(true);
      },
      { signal },
    );
    window.addEventListener(
      'dragleave',
      (event) => {
        // Null where the window itself is left, not one of its elements.
        if (event.relatedTarget === null) setIsOver(false);
      },
      { signal },
    );
    window.addEventListener(
      'drop',
      (event) => {
        setIsOver(false);
        if (!holdsFiles(event)) return;
        event.preventDefault();
        const entries = entriesOf(event);
        if (entries.length > 0) latest.current({ entries });
      },
      { signal },
    );
    return () => {
      controller.abort();
    };
  }, []);
  return isOver;
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** To be read within the event: afterwards the browser shows its items no more. */
const entriesOf = ({ dataTransfer }: DragEvent): DroppedFiles['entries'] =>
  [...(dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
