import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigation } from '../../app/navigation.tsx';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Keys } from '../../components/Keys.tsx';
import { actionsOf, GROUPS } from './rebinding.ts';
import { useActionName } from './useActionName.ts';
import classes from './settings.module.css';

/** All keys in force, at a look. */
export function ShortcutsSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const shortcuts = useShortcuts();
  const actionName = useActionName();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('settings.shortcuts.sheet')} size="min(1120px, 94vw)">
      <div className={classes['sheet']}>
        {GROUPS.map(({ name }) => (
          <section key={name}>
            <h3>{t(`settings.group.${name}`)}</h3>
            <dl>
              {actionsOf(name).map((action) => (
                <div key={action}>
                  <dt>{actionName(action)}</dt>
                  <dd>
                    {shortcuts[action] === '' ? t('settings.shortcuts.noKey') : <Keys shortcut={shortcuts[action]} />}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Button
        variant="default"
        size="xs"
        mt="md"
        onClick={() => {
          onClose();
          go({ view: 'settings', section: 'shortcuts' });
        }}
      >
        {t('settings.shortcuts.change')}
      </Button>
    </Dialog>
  );
}
