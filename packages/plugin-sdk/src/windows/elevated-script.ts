import { singleQuoted } from './powershell-text.ts';

/** A command that is to run as somebody else. */
export interface ElevatedCommand {
  readonly command: string;
  readonly user: string;
  /** Empty for accounts that have none, such as `SYSTEM`. */
  readonly password: string;
  /** Name of the task, unique on the machine. */
  readonly task: string;
}

/**
 * A script that has the task scheduler run a command as a user with the highest rights: what logs in over
 * the network may not do all that an administrator at the screen may. It passes on the command's output
 * while it runs, ends with the command's exit code, and takes task, log and itself away again. It uses
 * the scheduler's COM interface, which every Windows since Vista has.
 */
export function elevatedScript({ command, user, password, task }: ElevatedCommand): string {
  const [secret, logon] =
    password === '' ? ['$null', serviceLogon] : [singleQuoted(password), passwordLogon];
  return `$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$name = ${singleQuoted(task)}
$log = Join-Path $env:SystemRoot "Temp\\$name.out"
$output = $null

function Show-Output {
  if ($null -eq $script:output) {
    if (-not (Test-Path -LiteralPath $log)) { return }
    $stream = [IO.File]::Open($log, 'Open', 'Read', 'ReadWrite, Delete')
    $script:output = New-Object IO.StreamReader($stream, [Console]::OutputEncoding)
  }
  [Console]::Out.Write($script:output.ReadToEnd())
  [Console]::Out.Flush()
}

$scheduler = New-Object -ComObject 'Schedule.Service'
$scheduler.Connect()
$folder = $scheduler.GetFolder('\\')
$definition = $scheduler.NewTask(0)
$definition.RegistrationInfo.Description = 'Runs a script of an image build'
$definition.Principal.RunLevel = 1
$definition.Settings.DisallowStartIfOnBatteries = $false
$definition.Settings.StopIfGoingOnBatteries = $false
$definition.Settings.ExecutionTimeLimit = 'PT0S'
$definition.Settings.Priority = 4
$action = $definition.Actions.Create(0)
$action.Path = 'cmd.exe'
$action.Arguments = '/s /c "' + ${singleQuoted(command)} + ' > "' + $log + '" 2>&1"'

try {
  [void]$folder.RegisterTaskDefinition($name, $definition, 6, ${singleQuoted(user)}, ${secret}, ${logon}, $null)
  $registered = $folder.GetTask($name)
  [void]$registered.Run($null)
  $latest = (Get-Date).AddSeconds(60)
  do {
    Start-Sleep -Milliseconds 100
    Show-Output
    $waits = $registered.LastTaskResult -eq ${neverRan} -and (Get-Date) -lt $latest
  } while ($waits -or $registered.State -eq 4 -or $registered.State -eq 2)
  Show-Output
  $result = $registered.LastTaskResult
  if ($result -eq ${neverRan}) { throw 'The task scheduler did not start the task.' }
  exit $result
} finally {
  if ($null -ne $output) { $output.Dispose() }
  Remove-Item -LiteralPath $log, $MyInvocation.MyCommand.Path -Force -ErrorAction SilentlyContinue
  try { $folder.DeleteTask($name, 0) } catch { }
}
`;
}

/** Ways to log on, of the scheduler's `TASK_LOGON_TYPE`: with a password, and as a service account. */
const passwordLogon = 1;
const serviceLogon = 5;

/** `SCHED_S_TASK_HAS_NOT_RUN` */
const neverRan = 267011;
