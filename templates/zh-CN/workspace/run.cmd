@echo off
chcp 65001 >nul
cd /d "%~dp0"
set "DAIFA=daifa"
if exist "%~dp0daifa.exe" set "DAIFA=%~dp0daifa.exe"
echo 正在导入 inbox 里的新表格并生成当天的名单、计划和看板，请稍候……
"%DAIFA%" cycle --open --workspace "%~dp0."
if errorlevel 1 echo 有需要处理的问题，请看上面的提示和 08_导入报告.xlsx。
pause
