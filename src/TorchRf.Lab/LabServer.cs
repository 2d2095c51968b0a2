using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TorchRf.Lab;

/// <summary>
/// The lab's server. It listens on this machine alone, and every path but those below a random token, a part of the address that is told, answers 401. It sends nothing anywhere, and reads no files but those that it
/// has in itself, those of the runs in one folder, and what is sent to it.
/// </summary>
public sealed class LabServer : IAsyncDisposable
{
    private const long LongestBody = 65_536;

    // Nothing from elsewhere, and nobody else's page around this one.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // What the page is made of; what else is embedded, as a licence, is not sent.
    private static readonly Dictionary<string, string> Types = new() { [".html"] = "text/html", [".css"] = "text/css", [".js"] = "text/javascript" };

    private readonly WebApplication app;
    private readonly Catalogue catalogue;
    private readonly int threads;

    // Sliders ask faster than they are answered, and do not wait for what takes seconds.
    private readonly Turns soon, later;
    private readonly LabFiles files = new();
    private readonly LabRuns runs;
    private readonly LabPhases phases;

    private int trainings;

    private LabServer(WebApplication app, Catalogue catalogue, int threads, string folder)
    {
        (this.app, this.catalogue, this.threads) = (app, catalogue, threads);
        (soon, later, runs) = (new Turns(threads), new Turns(threads), new LabRuns(folder, catalogue));
        phases = new LabPhases(later);
    }

    /// <summary>Where the page is, with its token.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>How many trainings are going on.</summary>
    internal int Trainings => trainings;

    /// <summary>Where files that it is sent are kept while it needs them.</summary>
    internal string Sent => files.Folder;

    /// <summary>Starts the server.</summary>
    /// <param name="port">Where it listens; 0 for any port that is free.</param>
    /// <param name="threads">How many threads each training may use.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="folder">Where runs are that can be looked at.</param>
    /// <exception cref="InvalidSettingException">The port is taken, or not allowed to this user.</exception>
    public static async Task<LabServer> Start(int port, int threads, Catalogue catalogue, string folder)
    {
        // Empty, so that no file and no variable of the environment has a say in where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, LongestBody);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        var server = new LabServer(builder.Build(), catalogue, threads, folder);
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        server.Route(token);
        try
        {
            await server.app.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            throw new InvalidSettingException("Port", port, "one that no other program listens on and that is allowed to this user, or 0 for any that is free", e);
        }
        var bound = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Address = new Uri($"{bound}/{token}/");
        return server;
    }

    /// <summary>Ends all trainings, stops listening and forgets what it was sent.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        soon.Dispose();
        later.Dispose();
        files.Dispose();
    }

    private void Route(string token)
    {
        app.Use(Refusals);
        app.Use((context, next) => Admit(context, next, Encoding.ASCII.GetBytes(token)));
        // After the token is taken off, for routes are below it.
        app.UseRouting();
        foreach (var file in typeof(LabServer).Assembly.GetManifestResourceNames())
            if (Types.TryGetValue(Path.GetExtension(file), out var type))
                app.MapGet(file == "index.html" ? "/" : "/" + file, context => Send(context, file, type + "; charset=utf-8"));
        app.MapGet("/settings", context => Answer(context, LabSettings.Declared(catalogue, threads)));
        app.MapGet("/runs", async context => await Answer(context, await later.Do(runs.List, context.RequestAborted)));
        app.MapGet("/run", async context => await Answer(context, await later.Do(() => runs.Open($"{context.Request.Query["name"]}"), context.RequestAborted)));
        app.MapGet("/comparison", async context => await Answer(context, await later.Do(() => runs.Compare([.. context.Request.Query["name"].OfType<string>()]), context.RequestAborted)));
        app.MapPost("/law", context => Told(context, LabLaw.Describe, soon));
        app.MapPost("/expectation", context => Told(context, LabLaw.Expect, later));
        app.MapPost("/analysis", async context =>
        {
            using var kept = await files.Keep(context);
            await Answer(context, await later.Do(() => kept.Analyze(catalogue), context.RequestAborted));
        });
        app.MapPost("/phases", async context =>
        {
            var settings = await LabSettings.Read(context.Request, catalogue, threads);
            using var stop = Stop(context);
            await TypedResults.ServerSentEvents(phases.Map(LabPhases.Family(settings), settings, stop.Token)).ExecuteAsync(context);
        });
        app.MapPost("/training", Train);
    }

    private async Task Told(HttpContext context, Func<RunSettings, JsonObject> told, Turns turns)
    {
        var settings = await LabSettings.Read(context.Request, catalogue, threads);
        await Answer(context, await turns.Do(() => told(settings), context.RequestAborted));
    }

    // When nobody listens any more, or the lab ends.
    private CancellationTokenSource Stop(HttpContext context) => CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, app.Lifetime.ApplicationStopping);

    private static async Task Admit(HttpContext context, RequestDelegate next, byte[] token)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.CacheControl = "no-store";
        var path = context.Request.Path.Value ?? "";
        // CONNECT, and OPTIONS of the server, have no path.
        int end = path.Length < 2 ? -1 : path.IndexOf('/', 1);
        if (end < 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(path[1..end]), token))
        {
            await Refuse(context, StatusCodes.Status401Unauthorized, "the address lacks the token of this lab; open the one that torchrf lab printed");
            return;
        }
        (context.Request.PathBase, context.Request.Path) = (path[..end], path[end..]);
        await next(context);
    }

    private static async Task Refusals(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, ContentLength: null, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed })
                await Refuse(context, context.Response.StatusCode, $"{context.Request.Method} {context.Request.Path} is nothing that the lab answers");
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is OperationCanceledException)
        {
            // Nobody is there to be told.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await (e switch
            {
                InvalidSettingException setting => Refuse(context, StatusCodes.Status400BadRequest, setting.Said(JsonNamingPolicy.SnakeCaseLower.ConvertName)),
                InvalidDataException or NotSupportedException => Refuse(context, StatusCodes.Status400BadRequest, e.Message),
                KeyNotFoundException => Refuse(context, StatusCodes.Status404NotFound, e.Message),
                JsonException => Refuse(context, StatusCodes.Status400BadRequest, $"the body is no JSON that can be read: {e.Message}"),
                BadHttpRequestException bad => Refuse(context, bad.StatusCode, e.Message),
                IOException or UnauthorizedAccessException => Refuse(context, StatusCodes.Status400BadRequest, e.Message),
                _ => Refuse(context, StatusCodes.Status500InternalServerError, e.Message),
            });
        }
    }

    private static Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return Answer(context, new JsonObject { ["error"] = why.ReplaceLineEndings(" ") });
    }

    private static Task Answer(HttpContext context, JsonObject answer)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static async Task Send(HttpContext context, string file, string type)
    {
        context.Response.ContentType = type;
        await using var page = typeof(LabServer).Assembly.GetManifestResourceStream(file) ?? throw new FileNotFoundException(file);
        await page.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task Train(HttpContext context)
    {
        var settings = await LabSettings.Read(context.Request, catalogue, threads);
        using var stop = Stop(context);
        var training = new LabTraining(settings, stop.Token);
        Interlocked.Increment(ref trainings);
        var work = OwnThread.Run(settings.Threads, () =>
        {
            try
            {
                return training.Run();
            }
            finally
            {
                Interlocked.Decrement(ref trainings);
            }
        });
        try
        {
            // What is refused is refused before the stream begins.
            await training.Begun;
            await TypedResults.ServerSentEvents(training.Events).ExecuteAsync(context);
        }
        finally
        {
            await stop.CancelAsync();
            await work;
        }
    }

    // Whoever starts the server hears signals, and ends it.
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
