import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '../../components/Failure.tsx';
import { useSessionChange } from './changes.ts';

/** Of a name and of a role, in characters. */
const LONGEST = 120;

interface ReviewerFormProps {
  /** What the way out without an answer is called. */
  readonly leaveLabel: string;
  /** The reviewer was added, or the person took the way out. */
  readonly onLeave: () => void;
}

/** Name and role of a new reviewer, who is the one at work from then on. */
export function ReviewerForm({ leaveLabel, onLeave }: ReviewerFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  const add = useSessionChange((api, reviewer: { name: string; role: string }) => api.session.addReviewer(reviewer));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    add.mutate({ name: name.trim(), role: role.trim() }, { onSuccess: onLeave });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <TextInput
            size="xs"
            label={t('shell.reviewer.name')}
            value={name}
            maxLength={LONGEST}
            autoComplete="off"
            data-autofocus
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <TextInput
            size="xs"
            label={t('shell.reviewer.role')}
            placeholder={t('shell.reviewer.roleExample')}
            value={role}
            maxLength={LONGEST}
            autoComplete="off"
            onChange={(event) => {
              setRole(event.currentTarget.value);
            }}
          />
          <Button type="submit" size="xs" loading={add.isPending} disabled={name.trim() === ''}>
            {t('shell.reviewer.begin')}
          </Button>
          <Button variant="default" size="xs" onClick={onLeave}>
            {leaveLabel}
          </Button>
        </Group>
        {add.isError && (
          <div role="alert">
            <Refusal error={add.error} />
          </div>
        )}
      </Stack>
    </form>
  );
}
