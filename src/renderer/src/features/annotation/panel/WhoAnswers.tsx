import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../../api/connection.ts';
import { keys } from '../../../api/keys.ts';
import { Refusal } from '../../../components/Failure.tsx';
import { useSessionChange } from '../../shell/changes.ts';

/** Characters of a name and of a role. */
const LONGEST = 120;

/** Asks whose the answer will be, before the first is given: one of those known, or a new name. */
export function WhoAnswers() {
  const { t } = useTranslation();
  const api = useApi();
  const { data: known = [] } = useQuery({
    queryKey: keys.reviewers,
    queryFn: ({ signal }) => api.session.reviewers(undefined, { signal }),
  });
  const choose = useSessionChange((client, id: string) => client.session.chooseReviewer({ id }));
  return (
    <Stack gap="sm">
      <Text c="var(--epsiloscope-strong)" fw={600}>
        {t('annotation.who.question')}
      </Text>
      <Text c="dimmed">{t('annotation.who.why')}</Text>
      {known.length > 0 && (
        <Group gap={4} role="group" aria-label={t('annotation.who.known')}>
          {known.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              size="xs"
              loading={choose.isPending && choose.variables === id}
              onClick={() => {
                choose.mutate(id);
              }}
            >
              {name}
            </Button>
          ))}
        </Group>
      )}
      {choose.isError && (
        <div role="alert">
          <Refusal error={choose.error} />
        </div>
      )}
      <NewName />
    </Stack>
  );
}

function NewName() {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  const add = useSessionChange((api, reviewer: { name: string; role: string }) => api.session.addReviewer(reviewer));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    add.mutate({ name: name.trim(), role: role.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          size="xs"
          label={t('annotation.who.name')}
          value={name}
          maxLength={LONGEST}
          autoComplete="off"
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <TextInput
          size="xs"
          label={t('annotation.who.role')}
          value={role}
          maxLength={LONGEST}
          autoComplete="off"
          onChange={(event) => {
            setRole(event.currentTarget.value);
          }}
        />
        <Button type="submit" size="xs" loading={add.isPending} disabled={name.trim() === ''}>
          {t('annotation.who.begin')}
        </Button>
        {add.isError && (
          <div role="alert">
            <Refusal error={add.error} />
          </div>
        )}
      </Stack>
    </form>
  );
}
