"""A Slurm cluster of one node on the loopback, by Debian's packages (slurmctld, slurmd, slurm-client, munge), without
systemd and without touching the machine's own set-up. Runs a command in it:

    python3 tests/support/slurm_cluster.py squeue
"""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAMS = ["munged", "mungekey", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

CONFIGURATION = """
ClusterName=spinlab
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing_programs():
    return [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """with Cluster() as cluster: cluster.run([...])"""

    def __enter__(self):
        # Short: a socket's path has at most 107 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))
        self.daemons = []
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        try:
            self.write_configuration()
            self.start_munge()
            self.start(["slurmctld", "-D"])
            self.start(["slurmd", "-D"])
            self.wait_for_node()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_configuration(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], user=pwd.getpwuid(os.getuid()).pw_name, folder=self.folder,
            controller_port=free_port(), node_port=free_port(), cpus=os.cpu_count(), memory=pages * size >> 20))

    def start(self, command):
        program = shutil.which(command[0], path=PATH)
        with open(self.folder / (command[0] + ".out"), "w") as log:
            self.daemons.append(subprocess.Popen([program, *command[1:]], env=self.environment, start_new_session=True,
                                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def start_munge(self):
        key = self.folder / "munge.key"
        subprocess.run([shutil.which("mungekey", path=PATH), "-c", "-k", key], check=True)
        files = {name: f"--{name}-file={self.folder}/munge.{name}" for name in ("key", "log", "pid", "seed")}
        self.start(["munged", "--foreground", "--force", f"--socket={self.folder}/munge.socket", *files.values()])
        self.wait("munged", lambda: (self.folder / "munge.socket").exists())

    def wait_for_node(self):
        self.wait("slurmd", lambda: "idle" in self.run(["sinfo", "--noheader", "--format=%t"]).stdout)

    def wait(self, what, ready, seconds=60):
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end or any(daemon.poll() is not None for daemon in self.daemons):
                logs = "\n".join(file.read_text() for file in self.folder.glob("*.[lo][ou]*"))
                raise RuntimeError(f"{what} does not come up:\n{logs}")
            time.sleep(0.2)

    def run(self, command, **options):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, **options)


if __name__ == "__main__":
    with Cluster() as cluster:
        sys.exit(subprocess.run(sys.argv[1:], env=cluster.environment).returncode)
