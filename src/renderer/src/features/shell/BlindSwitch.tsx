import { Switch, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/queries.ts';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { useSessionChange } from './changes.ts';

/** Turns blind reading on and off for the reviewer at work. */
export function BlindSwitch() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const change = useSessionChange((api, blind: boolean) => api.session.setBlind({ blind }));
  return (
    <>
      <Tooltip label={t('shell.blind.explained')} multiline w={280}>
        <Switch
          size="xs"
          label={t('shell.blind.label')}
          checked={session?.blind ?? false}
          disabled={change.isPending}
          onChange={(event) => {
            change.mutate(event.currentTarget.checked);
          }}
        />
      </Tooltip>
      <FailureDialog title={t('shell.blind.failed')} error={change.error} onClose={change.reset} />
    </>
  );
}
