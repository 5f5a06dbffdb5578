import type { ExpandedText } from '../../source/expanded-text.ts';

/*
 * Commands that serve nobody. A name that is missing here costs a process that no service claims; a server's name here
 * would cost a finding, so only what can never listen stands in the list.
 */
const UTILITIES = new Set(
  `[ [[ : alias apk apt apt-get aptitude ar arch awk base64 basename bg brew break bunzip2 bzip2 cargo cat cd chattr chgrp
  chmod chown cksum clear cmake cmp cmd column comm complete conda continue cp crontab curl cut date dd declare deluser
  df diff dig dirname disown dnf dpkg du dmesg echo egrep emacs enable env eval exit expect expr false fallocate fc fdisk fg fgrep file find
  firewall-cmd fmt fold free ftp fuser g++ gawk gcc gdown getent getopt getopts git gpasswd gpg grep groupadd groups gunzip gzip hash
  head help hexdump history host hostname hostnamectl htop huggingface-cli hf iconv id ifconfig install ip iptables jobs jq kill killall
  launchctl ldconfig ldd let ln loadkeys local locale locale-gen localectl locate logger login logname logout ls lsb_release
  lsmod lsof lspci lsusb make man mamba md5sum micromamba mkcert mkdir mkfifo mkfs mknod mktemp modprobe more mount mv nano nc-check netstat
  ninja nmcli npm-install nproc ntpdate numfmt nvidia-ctk nvidia-smi nvidia-xconfig objdump od open openssl pacman parted passwd
  paste patch pgrep pidof ping pip pip2 pip3 pkill popd pr printenv printf ps pushd pv pwd pwgen read readarray readlink
  readonly realpath reboot rename renice reset restorecon return rev rm rmdir rpm rsync scp sed seq service setenforce setfacl set sftp sha1sum sha256sum
  shift shopt shred shuf shutdown sleep snap sort split ss ssh-add ssh-agent ssh-copy-id ssh-keygen ssh-keyscan stat stty
  su sudo sync sysctl systemctl tac tail tar tee test time timeout times top touch tput tr trap tree true truncate type
  ufw ulimit umask umount unalias uname uniq unlink unset unxz unzip update-alternatives update-ca-certificates uptime useradd userdel usermod users vi vim visudo
  wait wc wget wget2 whereis which while who whoami whois wslpath xargs xclip xdg-open xz yes yum zcat zip zstd zypper kubectl helm kustomize kind
  minikube k3d terraform tofu ansible-playbook ansible vagrant aws az gcloud eksctl docker-compose podman-compose doctl gh glab
  nginx-reload certbot acme.sh wg age age-keygen sops pre-commit pytest tox ruff black mypy flake8 isort twine virtualenv venv mongosh psql mysql
  redis-cli mongodump pg_dump sqlite3 sbatch squeue scancel module dialog whiptail zenity notify-send osascript defaults plutil xcode-select
  softwareupdate Write-Host cls rem goto pause setlocal endlocal`.split(/\s+/),
);

/** Programs that serve with some verbs and are clients with the others. */
const SERVING: ReadonlyMap<string, RegExp> = new Map([
  ['ollama', /^(serve|start)$/],
  ['docker', /^$/],
  ['podman', /^$/],
  ['nerdctl', /^$/],
  ['npm', /^(start|run|run-script|exec)$/],
  ['pnpm', /^(start|run|dev|serve)$/],
  ['yarn', /^(start|run|dev|serve)$/],
  ['uv', /^$/],
  ['poetry', /^$/],
  ['lms', /^server$/],
]);

export function isUtility(name: string, argv: readonly ExpandedText[]): boolean {
  if (UTILITIES.has(name)) return true;
  const serving = SERVING.get(name);
  if (serving) return !serving.test(argv.slice(1).find((word) => !word.text.startsWith('-'))?.text ?? '');
  const module = argv[1]?.text === '-m' ? argv[2]?.text : undefined;
  if (module)
    return /^(pip|venv|virtualenv|ensurepip|pytest|unittest|build|compileall|json\.tool|site|zipfile|spacy)$/.test(
      module,
    );
  return /^python[\d.]*$|^node$/.test(name) && /^(-c|-V|--version|-e|-p|-|)$/.test(argv[1]?.text ?? '');
}
