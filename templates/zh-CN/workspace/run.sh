#!/bin/sh
# 导入 inbox 里的新表格，生成当天的名单、计划和看板，并打开首页。
cd "$(dirname "$0")" || exit 1
daifa=daifa
[ -x ./daifa ] && daifa=./daifa
exec "$daifa" cycle --open --workspace .
