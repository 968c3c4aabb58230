import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MenuCommand } from '../../../../shared/contract/app/program.ts';
import { useFollowNews, useNews } from '../../api/news.ts';
import { useHost, useSession } from '../../api/queries.ts';
import { type Place, useNavigation } from '../../app/navigation.tsx';
import { isDialogOpen, useActions } from '../../app/shortcuts.ts';
import { Boundary } from '../../components/Boundary.tsx';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { DraftsLeft } from '../annotation/DraftsLeft.tsx';
import { ImportDialog } from '../importing/ImportDialog.tsx';
import { type DroppedFiles, useWindowDrop } from '../importing/useWindowDrop.ts';
import { ShortcutsSheet } from '../settings/ShortcutsSheet.tsx';
import { type Commands, CommandsContext } from './commands.ts';
import { CurrentView } from './CurrentView.tsx';
import { LostWorkspace } from './LostWorkspace.tsx';
import { NewWorkspace } from './NewWorkspace.tsx';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';
import { useLastCase } from './useLastCase.ts';
import { useOpening } from './useOpening.ts';
import classes from './Shell.module.css';

/** A dialog over the whole page; one at a time. */
type ShellDialog =
  | { readonly kind: 'import'; readonly dropped: DroppedFiles | null }
  | { readonly kind: 'newWorkspace' }
  | { readonly kind: 'shortcuts' };

/** What stands around every view: the ways between them, the state of the program, and what the menu asks for. */
export function Shell() {
  useFollowNews();
  const { t } = useTranslation();
  const { place } = useNavigation();
  const [dialog, setDialog] = useState<ShellDialog | null>(null);
  const { data: session } = useSession();
  const workspace = session?.workspace ?? null;
  const opening = useOpening(() => {
    setDialog({ kind: 'import', dropped: null });
  });
  const commands = useShellCommands(setDialog, opening, workspace !== null);
  const goTo = useGoTo(workspace?.id ?? null);
  useActions({
    showShortcuts: commands.showShortcuts,
    importImages: commands.importImages,
    goToLibrary: () => {
      goTo('library');
    },
    goToCase: () => {
      goTo('case');
    },
    goToModels: () => {
      goTo('models');
    },
    goToSettings: () => {
      goTo('settings');
    },
  });
  const takesDrops = workspace !== null && (dialog?.kind === 'import' || !isDialogOpen());
  const filesAreOver = useWindowDrop((dropped) => {
    if (takesDrops) setDialog({ kind: 'import', dropped });
  });
  const close = () => {
    setDialog(null);
  };
  return (
    <CommandsContext value={commands}>
      <title>{t('shell.windowTitle', { view: t(`shell.view.${place.view}`) })}</title>
      <div className={classes['shell']}>
        <Rail onGo={goTo} />
        <main className={classes['content']}>
          <LostWorkspace />
          <DraftsLeft />
          <div className={classes['view']}>
            <Boundary content={JSON.stringify([workspace?.id, place])}>
              <CurrentView opening={opening.wish} onOpen={opening.open} />
            </Boundary>
          </div>
        </main>
        <StatusBar />
        {filesAreOver && takesDrops && <div className={classes['drop']}>{t('shell.drop')}</div>}
      </div>
      <ImportDialog
        opened={dialog?.kind === 'import'}
        dropped={dialog?.kind === 'import' ? dialog.dropped : null}
        onClose={close}
      />
      <NewWorkspace
        opened={dialog?.kind === 'newWorkspace'}
        onClose={close}
        onName={(name) => {
          close();
          opening.open({ kind: 'named', name });
        }}
      />
      <ShortcutsSheet opened={dialog?.kind === 'shortcuts'} onClose={close} />
      <FailureDialog title={t('shell.openFailed')} error={opening.error} onClose={opening.forgetError} />
    </CommandsContext>
  );
}

/** The commands of the page, which the host's menu gives as well. */
function useShellCommands(
  setDialog: (dialog: ShellDialog) => void,
  opening: ReturnType<typeof useOpening>,
  workspaceIsOpen: boolean,
): Commands {
  const { go } = useNavigation();
  const { data: host } = useHost();
  const openOwn = () => {
    if (host === undefined) return;
    if (host.dialogs) opening.chooseFolder();
    else setDialog({ kind: 'newWorkspace' });
  };
  const commands: Commands = {
    openOwn,
    openDemo: () => {
      opening.open({ kind: 'demo' });
    },
    importImages: () => {
      if (workspaceIsOpen) setDialog({ kind: 'import', dropped: null });
      else openOwn();
    },
    showShortcuts: () => {
      setDialog({ kind: 'shortcuts' });
    },
  };
  /** Undo and redo are the case view's. */
  const byMenu: Readonly<Partial<Record<MenuCommand, () => void>>> = {
    import: commands.importImages,
    openFolder: commands.openOwn,
    openDemo: commands.openDemo,
    shortcuts: commands.showShortcuts,
    settings: () => {
      go({ view: 'settings' });
    },
    about: () => {
      go({ view: 'settings', section: 'about' });
    },
  };
  useNews((news) => {
    if (news.kind === 'menu') byMenu[news.command]?.();
  });
  return commands;
}

function useGoTo(workspaceId: string | null): (view: Place['view']) => void {
  const { go } = useNavigation();
  const goToCase = useLastCase(workspaceId);
  return (view) => {
    if (view === 'case') goToCase();
    else go({ view });
  };
}
