#!/usr/bin/env bash
# Submits a reproduction to Slurm: an array of shards, and a job that merges them when all are done.
#
#   tools/cluster/submit.sh SHARDS OUT --data DIR [further options of `epsiloscope reproduce`]
#
# OUT and DIR are on a file system that every node sees. Partition, account, time and the like come from sbatch's own
# variables: SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_TIMELIMIT, SBATCH_CONSTRAINT, ...; EPSILOSCOPE_CPUS is each shard's (2).
set -euo pipefail

if [ $# -lt 4 ] || ! [[ $1 =~ ^[1-9][0-9]*$ ]]; then
  sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
  exit 2
fi
shards=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
here=$(cd "$(dirname "$0")" && pwd)
# Slurm runs a copy of the scripts, elsewhere.
export EPSILOSCOPE=${EPSILOSCOPE:-node $(cd "$here/.." && pwd)/epsiloscope.mjs}

array=$(sbatch --parsable --array="1-$shards" --cpus-per-task="${EPSILOSCOPE_CPUS:-2}" --output="$out/shard-%a.log" \
  "$here/shard.sbatch" "$out" "$@")
array=${array%%;*}
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --output="$out/merge.log" \
  "$here/merge.sbatch" "$out")
echo "Submitted $shards shards (job $array) and their merge (job ${merge%%;*}). The result: $out/matrix.json"
