import type { FolderPurpose, HostFacts } from '../../shared/contract/app/program.ts';

/** What only a host can do. */
export interface HostCapabilities {
  readonly facts: HostFacts;
  /** Opens a dialog; the path that the person chose, or null. Never asked where `facts.dialogs` is false. */
  chooseFolder(purpose: FolderPurpose): Promise<string | null>;
  /** Shows a folder in the system's file manager; does nothing where the host cannot. */
  reveal(folder: string): void;
}
