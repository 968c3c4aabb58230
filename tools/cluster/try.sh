#!/usr/bin/env bash
# Tries the scripts of this folder on a real Slurm of one node: some of the CC0 demo in two shards, merged, beside one run;
# and a shard that its time limit ends.
#
#   tools/cluster/try.sh [LOG]        as root, on Debian with: apt install slurm-wlm munge
#
# Starts munged, slurmctld and slurmd for itself alone, in a folder of its own, and ends them when it ends.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
log=${1:-$here/tried.log}
work=$(mktemp -d /tmp/epsiloscope-slurm-XXXXXX)
chmod 755 "$work"
shards=2
export EPSILOSCOPE=${EPSILOSCOPE:-npx epsiloscope}
export EPSILOSCOPE_CPUS=1
export SLURM_CONF="$work/slurm.conf"
pids=()

finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# What is told is written down without the names of this machine and its folders.
say() {
  printf '%s\n' "$*" | sed -e "s#$work#WORK#g; s#$root#.#g; s#$(hostname -s)#node#g" | tee -a "$log"
}
tell() {
  say "\$ $*"
  "$@" 2>&1 | while IFS= read -r line; do say "$line"; done
}

: >"$log"
cd "$root"
say "Slurm $(slurmctld -V), $(dpkg-query -W -f '${Package} ${Version}' munge), $(. /etc/os-release && echo "$PRETTY_NAME"), $(nproc) CPUs"

# What jobs leave in their local folder is listed; node-compile-cache is Node.js code, not data.
export TMPDIR="$work/tmp"
mkdir -p "$work/munge" "$work/state" "$work/spool" "$work/data" "$TMPDIR"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 400 "$work/munge/key"
munged --force --foreground --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" &
pids+=($!)

cat >"$SLURM_CONF" <<CONF
ClusterName=try
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=1,sched_interval=2
MpiDefault=none
ReturnToService=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(free -m | awk '/^Mem:/ { print $2 }') State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF

until [ -S "$work/munge/socket" ]; do sleep 0.2; done
slurmctld -D &
pids+=($!)
slurmd -D &
pids+=($!)
until [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; do sleep 0.5; done
tell sinfo

# Some of the demo as a data set, two blocks of work: its images with their labels as the validation part.
ln -s "$root/resources/demo/images" "$work/data/images"
head -n 35 "$root/resources/demo/labels.csv" >"$work/data/val.csv"
work_to_do=(--data "$work/data" --split val --models standard --quick --seed 1)

export SBATCH_TIMELIMIT=60
tell tools/cluster/submit.sh "$shards" "$work/out" "${work_to_do[@]}"
tell squeue --format='%.12i %.20j %.10T %.30E'
until [ -z "$(squeue --noheader)" ]; do sleep 2; done
for number in $(seq "$shards"); do
  say "shard-$number.log: $(grep '^Shard' "$work/out/shard-$number.log")"
done
tell ls "$work/out"
tell ls -A "$TMPDIR"

say "A shard with more to do than its 2 minutes bear, its workspace while it runs, and what is left of it:"
job=$(EPSILOSCOPE_SHARDS=1 sbatch --parsable --array=1 --time=2 --cpus-per-task=1 --output="$work/limited.log" \
  tools/cluster/shard.sbatch "$work/limited" --data "$work/data" --split val --models standard)
until ls "$TMPDIR"/epsiloscope-*/workspace >/dev/null 2>&1; do sleep 1; done
say "$(ls "$TMPDIR" | sed 's/epsiloscope-.*/epsiloscope-XXXXXXXX/')"
until [ -z "$(squeue --noheader)" ]; do sleep 2; done
say "$(scontrol --oneliner show job "$job" | grep -oE '(JobState|ExitCode|RunTime|TimeLimit)=[^ ]*' | paste -sd' ')"
say "limited.log: $(tail -n 1 "$work/limited.log")"
tell ls -A "$TMPDIR"

say "One run of the same work:"
$EPSILOSCOPE reproduce "${work_to_do[@]}" --out "$work/whole" >"$work/whole.log" 2>&1

hash_of() { sed -n 's/.*"contentSha256":"\([0-9a-f]*\)".*/\1/p' "$1" | head -c 64; }
merged=$(hash_of "$work/out/matrix.json")
whole=$(hash_of "$work/whole/matrix.json")
say "contentSha256 of $shards shards, merged: $merged"
say "contentSha256 of one run:           $whole"
if [ -n "$merged" ] && [ "$merged" = "$whole" ]; then
  say "EQUAL"
else
  say "DIFFERENT"
  exit 1
fi
