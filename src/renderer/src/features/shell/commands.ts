import { createContext, useContext } from 'react';

/** What any view may ask of the shell. */
export interface Commands {
  /** Opens the import of images; where no workspace is open, asks for one first. */
  readonly importImages: () => void;
  /** Opens the demonstration workspace. */
  readonly openDemo: () => void;
  /** Opens a workspace of the person's own: in a folder they choose, or of a name they give. */
  readonly openOwn: () => void;
  readonly showShortcuts: () => void;
}

export const CommandsContext = createContext<Commands | null>(null);

export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (commands === null) throw new Error('This component stands outside of the shell.');
  return commands;
}
