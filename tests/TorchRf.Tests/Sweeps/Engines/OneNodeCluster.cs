using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>
/// A real SLURM cluster of this one machine, on the loopback, with ports, keys and state of its own: munged, slurmctld and slurmd from Debian's packages slurm-wlm and munge, without
/// systemd. SLURM_CONF is set while it is there.
/// </summary>
internal sealed class OneNodeCluster : IDisposable
{
    /// <summary>Says whether SLURM's tests are wanted; ./test --slurm sets it.</summary>
    internal const string Wanted = "TORCHRF_SLURM";

    /// <summary>Small, so that a sweep of a dozen tasks needs several array jobs.</summary>
    internal const int MaxArraySize = 6;

    private const string Configuration = "SLURM_CONF";

    private static readonly string[] Places = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    private readonly TemporaryFolder home = new();
    private readonly string? configured = Environment.GetEnvironmentVariable(Configuration);
    private readonly List<Daemon> daemons = [];

    /// <summary>Starts it, or skips the tests where they are not wanted.</summary>
    internal void Start()
    {
        if (Environment.GetEnvironmentVariable(Wanted) != "1")
            Assert.Ignore("A real SLURM cluster was not asked for: ./test --slurm runs these tests.");
        // munged lets others see its socket, and nobody its key.
        foreach (var (folder, mode) in new[] { (home.Path, "755"), (home["socket"], "755"), (home["key"], "700"), (home["state"], "700"), (home["spool"], "755") })
        {
            Directory.CreateDirectory(folder);
            Shell.Output("chmod", mode, folder);
        }
        File.WriteAllBytes(home["key/key"], RandomNumberGenerator.GetBytes(128));
        Shell.Output("chmod", "600", home["key/key"]);
        var name = Shell.Output("hostname", "-s").Trim();
        var user = Shell.Output("id", "-un").Trim();
        var (controller, node) = FreePorts();
        File.WriteAllText(home["slurm.conf"], $"""
            ClusterName=test
            SlurmctldHost={name}(127.0.0.1)
            SlurmctldPort={controller}
            SlurmdPort={node}
            SlurmUser={user}
            SlurmdUser={user}
            AuthType=auth/munge
            CredType=cred/munge
            AuthInfo=socket={home["socket/munge"]}
            StateSaveLocation={home["state"]}
            SlurmdSpoolDir={home["spool"]}
            SlurmctldPidFile={home["slurmctld.pid"]}
            SlurmdPidFile={home["slurmd.pid"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SwitchType=switch/none
            MpiDefault=none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerParameters=sched_min_interval=0,sched_interval=1,batch_sched_delay=0,bf_interval=1
            MaxArraySize={MaxArraySize}
            KillWait=5
            MinJobAge=600
            ReturnToService=2
            SlurmdParameters=config_overrides
            NodeName={name} NodeAddr=127.0.0.1 CPUs=4 RealMemory=1000 State=UNKNOWN
            PartitionName=main Nodes={name} Default=YES MaxTime=INFINITE State=UP

            """);
        Environment.SetEnvironmentVariable(Configuration, home["slurm.conf"]);
        Serve("munged", "--foreground", $"--socket={home["socket/munge"]}", $"--key-file={home["key/key"]}", $"--pid-file={home["munged.pid"]}", $"--log-file={home["munged.log"]}",
            $"--seed-file={home["key/seed"]}", "--num-threads=4");
        Await(() => File.Exists(home["socket/munge"]));
        Serve("slurmctld", "-D");
        Serve("slurmd", "-D", "-N", name);
        Await(() => Shell.Run("sinfo", "--noheader", "--format=%T") is (0, "idle\n", _));
    }

    /// <summary>What SLURM knows about a job, also after its end: JobState, ExitCode, Restarts, ...</summary>
    /// <param name="job">Its number; with _k for a task of an array.</param>
    internal static IReadOnlyDictionary<string, string> Job(string job) =>
        Shell.Output("scontrol", "--oneliner", "show", "job", job).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2)).Where(field => field.Length == 2).DistinctBy(field => field[0]).ToDictionary(field => field[0], field => field[1]);

    /// <summary>Waits until nothing waits or runs.</summary>
    internal static void AwaitEmptyQueue() =>
        Eventually.Holds(() => Shell.Run("squeue", "--noheader") is not (0, { Length: > 0 }, _), () => "an empty queue:\n" + Shell.Run("squeue").Out);

    /// <summary>Ends whatever a failed test left in the queue.</summary>
    internal static void CancelAll()
    {
        Shell.Run("scancel", "--user", Shell.Output("id", "-un").Trim());
        AwaitEmptyQueue();
    }

    public void Dispose()
    {
        try
        {
            // With no daemon left, nobody would end the jobs.
            if (daemons.Count == 3)
                CancelAll();
        }
        finally
        {
            foreach (var daemon in Enumerable.Reverse(daemons))
                daemon.Dispose();
            Environment.SetEnvironmentVariable(Configuration, configured);
            home.Dispose();
        }
    }

    private void Serve(string program, params string[] arguments)
    {
        var path = Places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{program} is not installed; on Debian: apt-get install --no-install-recommends slurm-wlm munge");
        daemons.Add(new Daemon(home[program + ".out"], [path, .. arguments]));
    }

    private void Await(Func<bool> condition) =>
        Eventually.Holds(condition, () => $"the cluster, which says:\n{string.Join("\n--\n", daemons.Select(d => d.Said))}");

    // Taken at the same time, so that they differ.
    private static (int, int) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
