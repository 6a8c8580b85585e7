import { giveUp, quotedPath, strict } from './powershell.ts';

/** A script that writes a file to its output, in the lines of `transfer-line.ts`. Runs on PowerShell 3 and later. */
export function downloadScript(path: string): string {
  return `${strict};$path=${quotedPath(path)}\n${downloadBody}`;
}

/** The same for all in a folder, with paths relative to it. */
export function downloadTreeScript(path: string): string {
  return `${strict};$path=${quotedPath(path)}\n${downloadTreeBody}`;
}

const writeFile = `$out=[Console]::Out
function Encode($name){[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($name))}
function WriteFile($place,$name){
  $file=[IO.File]::Open($place,'Open','Read','ReadWrite')
  try{
    $out.WriteLine('f'+(Encode $name))
    $hash=New-Object Security.Cryptography.SHA256CryptoServiceProvider
    $bytes=New-Object byte[] 98304
    while(($count=$file.Read($bytes,0,$bytes.Length)) -gt 0){
      [void]$hash.TransformBlock($bytes,0,$count,$bytes,0)
      $out.WriteLine('+'+[Convert]::ToBase64String($bytes,0,$count))
    }
    [void]$hash.TransformFinalBlock($bytes,0,0)
    $out.WriteLine('='+[BitConverter]::ToString($hash.Hash).Replace('-',''))
  }finally{$file.Close()}
}`;

/** What is the same in all of them. */
export const downloadBody = `${writeFile}
try{
  WriteFile ([IO.Path]::GetFullPath($path)) ''
  $out.WriteLine('.')
}catch{${giveUp}}`;

/** What is the same in all of them. */
export const downloadTreeBody = `${writeFile}
try{
  $root=[IO.Path]::GetFullPath($path)
  if(![IO.Directory]::Exists($root)){throw (New-Object IO.DirectoryNotFoundException "There is no folder $root")}
  $root=(Get-Item -LiteralPath $root -Force).FullName.TrimEnd('\\')
  foreach($entry in @(Get-ChildItem -LiteralPath ($root+'\\') -Recurse -Force)){
    $name=$entry.FullName.Substring($root.Length+1)
    if($entry.PSIsContainer){$out.WriteLine('d'+(Encode $name))}else{WriteFile $entry.FullName $name}
  }
  $out.WriteLine('.')
}catch{${giveUp}}`;
