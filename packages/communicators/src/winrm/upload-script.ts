import { giveUp, quotedPath, strict } from './powershell.ts';

/**
 * A script that reads files in the lines of `transfer-line.ts` and puts them below a path, or at it. A file is written
 * beside its place and moved there when it is whole and undamaged. Runs on PowerShell 3 and later.
 */
export function uploadScript(path: string, partSuffix: string): string {
  return `begin{${strict};$path=${quotedPath(path)};$suffix='${partSuffix}'\n${uploadBody}`;
}

/** What is the same in all of them. */
export const uploadBody = `$file=$null;$part=$null;$whole=$false
function At($name){
  $root=[IO.Path]::GetFullPath($path)
  if($name -eq ''){return $root}
  [IO.Path]::Combine($root,[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($name)))
}
function Drop{
  if($file){$file.Close()}
  if($part -and [IO.File]::Exists($part)){[IO.File]::Delete($part)}
}
}
process{
try{
  if($_ -eq ''){return}
  $kind=$_.Substring(0,1);$value=$_.Substring(1)
  if($kind -eq '+'){
    $bytes=[Convert]::FromBase64String($value)
    [void]$hash.TransformBlock($bytes,0,$bytes.Length,$bytes,0)
    $file.Write($bytes,0,$bytes.Length)
  }elseif($kind -eq 'f'){
    $place=At $value
    if([IO.Directory]::Exists($place)){throw "There is a folder at $place"}
    [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($place))
    $part=$place+$suffix
    $file=[IO.File]::Create($part)
    $hash=New-Object Security.Cryptography.SHA256CryptoServiceProvider
  }elseif($kind -eq '='){
    [void]$hash.TransformFinalBlock([byte[]]@(),0,0)
    $file.Close();$file=$null
    if([BitConverter]::ToString($hash.Hash).Replace('-','') -ne $value){throw "Damaged on the way: $place"}
    if([IO.File]::Exists($place)){[IO.File]::Delete($place)}
    [IO.File]::Move($part,$place);$part=$null
  }elseif($kind -eq 'd'){
    [void][IO.Directory]::CreateDirectory((At $value))
  }elseif($kind -eq '.'){$whole=$true}
}catch{Drop;${giveUp}}
}
end{
  if(!$whole){Drop;[Console]::Error.WriteLine('Incomplete: the input ended too early');exit 2}
}`;
