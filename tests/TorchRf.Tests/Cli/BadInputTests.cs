using System.Runtime.InteropServices;

namespace TorchRf.Tests.Cli;

/// <summary>Bad input gets one line that names the option, the value and what is allowed, exit code 2, and nothing written.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class BadInputTests : FileFixture
{
    [TestCase("compare --data mnist", "--data is mnist; it must be ising, nlgp, kur, gaussian, norta, student-t, elliptical, pulse, block, patches, photo or file.")]
    [TestCase("compare --width 20mm", "--width is 20mm; it must be a length in millimetres from 60 to 400, such as 89mm or 183mm")]
    [TestCase("figure 2 --width narrow", "--width is narrow; it must be a length in millimetres")]
    [TestCase("compare --sites 3", "--sites is 3; it must be a whole number from 4 to 1000000.")]
    [TestCase("describe --sites 30x31", "--sites is 30x31; it must be N for a ring or LxL for a torus")]
    [TestCase("describe --sites 3x3", "--sites is 3; it must be a whole number from 4 to 1000.")]
    [TestCase("describe --sites 8x8", "--sites is 8x8; it must be a number of sites on a ring, for the Ising model is sampled exactly in one dimension only.")]
    [TestCase("describe --data photo --sites 8x8", "--sites is 8x8; it must be a number of sites on a ring, for rows of photographs have one dimension.")]
    [TestCase("describe --data gaussian --kernel boxcar", "--kernel is boxcar; it must be gaussian, exponential, cosine, sine or gap.")]
    [TestCase("describe --data gaussian --kernel cosine --frequency 0", "--frequency is 0; it must be a number above 0 and at most 62.83")]
    [TestCase("describe --data gaussian --kernel sine --lengthscales 0.05,1", "--lengthscales is 0.05,1; it must be from 0.1 on")]
    [TestCase("describe --data norta --quantile cauchy", "--quantile is cauchy; it must be uniform, laplace, bernoulli, normal or kur.")]
    [TestCase("describe --data norta --quantile bernoulli --steepness 0", "--steepness is 0; it must be a number from 0.001 to 10000.")]
    [TestCase("describe --data norta --quantile kur --k 2", "--k is 2; it must be a finite number above 2.")]
    [TestCase("describe --clone maybe", "--clone is maybe; it must be true or false.")]
    [TestCase("describe --data kur --k 2", "--k is 2; it must be a finite number above 2.")]
    [TestCase("describe --data nlgp --gain 0", "--gain is 0; it must be a finite number above 0.")]
    [TestCase("describe --data nlgp --gain nan", "--gain is nan; it must be a finite number.")]
    [TestCase("predict --data nlgp --lengthscales 1,0", "--lengthscales is 1,0; it must be two or more finite numbers above 0, one a class.")]
    [TestCase("predict --data gaussian --lengthscales 1", "--lengthscales is 1; it must be two or more finite numbers above 0, one a class.")]
    [TestCase("train --couplings 0.3;0.7", "--couplings is 0.3;0.7; it must be finite numbers separated by commas.")]
    [TestCase("train --couplings 0.3,infinity", "--couplings is 0.3,infinity; it must be finite numbers separated by commas.")]
    [TestCase("train --batch 2001", "--batch is 2001; it must be a multiple of the 2 classes, which share it equally.")]
    [TestCase("train --inits 0", "--inits is 0; it must be a whole number from 1 to 1000000.")]
    [TestCase("train --steps 1.5", "--steps is 1.5; it must be a whole number from 1 to 1000000000.")]
    [TestCase("train --lr 0", "--lr is 0; it must be a number from 1e-30 to 1e30.")]
    [TestCase("train --init-scale -1", "--init-scale is -1; it must be a number from 1e-30 to 1e30.")]
    [TestCase("train --streams some", "--streams is some; it must be shared or own.")]
    [TestCase("compare --theory half", "--theory is half; it must be full or taylor.")]
    [TestCase("compare --device tpu", "--device is tpu; it must be cpu, cuda, cuda:INDEX or auto.")]
    [TestCase("info --threads 0", "--threads is 0; it must be a whole number from 1 to 4096.")]
    [TestCase("compare --data photo --photos none.pgm", "none.pgm; it must be a file; there is none of that name.")]
    [TestCase("compare --data photo --strides 1,4", "--strides is 1,4; it must be decreasing")]
    [TestCase("compare --data file --class0 none.npy", "none.npy; it must be a file; there is none of that name.")]
    [TestCase("compare --data file", "--class0 is missing; it must be a .npy file of examples, shape (examples, sites).")]
    [TestCase("compare --config none.json", "--config is none.json; it must be a file; there is none of that name.")]
    [TestCase("train --resume --out nowhere", "--out is nowhere; it must be the folder of a run to resume; this has no run.json.")]
    [TestCase("figure 99", "The figure is 99; it must be 1, 2, 3, agreement,")]
    [TestCase("figure 2 --batch 3", "--batch is 3; it must be left out: figure 2 trains nothing.")]
    [TestCase("compare --data photo --photos a.pgm,", "--photos is empty; it must be the name of a file.")]
    [TestCase("describe --data photo --sites 10000 --strides 100000,99999", "No photograph is 999900001 pixels wide")]
    [TestCase("describe --data student-t --nu 2", "--nu is 2; it must be a finite number above 2.")]
    [TestCase("describe --data patches", "--sites is 40; it must be LxL, such as 12x12")]
    [TestCase("describe --data patches --whiten perhaps", "--whiten is perhaps; it must be true or false.")]
    [TestCase("predict --data pulse", "The theory does not cover these data: the lemma takes w.x for Gaussian; a single pulse is not")]
    [TestCase("compare --data block --lengthscales 2,4", "The theory does not cover these data: the lemma takes w.x for Gaussian; a block pulse is not")]
    [TestCase("ica --contrast tanh", "--contrast is tanh; it must be logcosh, exp, cube or sqrt-abs.")]
    [TestCase("ica --components 41", "--components is 41; it must be from 1 to 40, the sites.")]
    [TestCase("ica --class 2", "--class is 2; it must be from 0 to 1, or both.")]
    [TestCase("ica --tolerance 0", "--tolerance is 0; it must be a number above 0 and below 1.")]
    [TestCase("ica --examples 101", "--examples is 101; it must be a multiple of the 2 classes, which share them equally.")]
    [TestCase("ica --method newton", "--method is newton; it must be fixed-point or autograd.")]
    [TestCase("compare --frobnicate", "--frobnicate")]
    [TestCase("campare", "'campare' is no command; there are compare, train, predict, describe, analyze, ica, figure, reproduce, sweep, resume, runs, plot, checkpoint, info.")]
    [TestCase("predict --init-scale 1e-100", "--init-scale is 1E-100; it must be a number from 1e-30 to 1e30.")]
    [TestCase("predict --data nlgp --lengthscales 1,2,3", "--lengthscales is 1,2,3; it must be two values, for the theory covers two classes.")]
    [TestCase("analyze none.npy", "none.npy: there is no file of that name")]
    [TestCase("analyze .", ".: this is a folder")]
    [TestCase("compare --theory taylor --data kur --k 4", "--theory is taylor; it must be full, for these data have no fourth moment")]
    [TestCase("train --model mlp", "--model is mlp; it must be neuron, committee, two-layer, convolutional, gated, autoencoder or sparse-coding.")]
    [TestCase("train --units 3", "--units is 3; it must be 1 for a neuron; --model committee has more.")]
    [TestCase("train --activation step", "--activation is step; it must be relu, erf, sigmoid, tanh or linear.")]
    [TestCase("train --model committee --loss cross-entropy", "--loss is cross-entropy; it must be mse for a committee")]
    [TestCase("train --model autoencoder --units 3 --loss cross-entropy", "--loss is cross-entropy; it must be left at mse for autoencoder, which does not use it.")]
    [TestCase("train --model sparse-coding --units 3 --bias trained", "--bias is trained; it must be left at none for sparse-coding, which does not use it.")]
    [TestCase("compare --gain 3", "--gain is 3; it must be left out: --data ising does not use it.")]
    [TestCase("describe --data photo --lengthscales 1,3", "--lengthscales is 1,3; it must be left out: --data photo does not use it.")]
    [TestCase("ica --data nlgp --k 5", "--k is 5; it must be left out: --data nlgp does not use it.")]
    [TestCase("train --data file --sites 20", "--sites is 20; it must be left out: --data file does not use it.")]
    [TestCase("train --initial-bias 0.5", "--initial-bias is 0.5; it must be left at 0 without a bias.")]
    [TestCase("compare --model gated --units 5", "The theory covers ReLU units without bias, one or a committee of them, trained on two classes with the squared error; this is a gated network of 5 linear units.")]
    [TestCase("train --model convolutional --sites 8x8 --data nlgp", "--model is convolutional; it must be another on a torus: the convolution is around a ring.")]
    [TestCase("reproduce --only 5,frobnicate", "The figure is frobnicate; it must be 1, 2, 3,")]
    [TestCase("predict --bias trained", "trained on two classes with the squared error; this is a neuron of 1 ReLU unit, bias trained.")]
    public void A_bad_value_is_named(string line, string message)
    {
        Torchrf.RunLine(Folder, line).CheckRefused(message);
        Assert.That(Directory.EnumerateFileSystemEntries(Folder), Is.Empty, "something was written");
    }

    [Test]
    public void Cuda_is_refused_where_there_is_none()
    {
        if (torch.cuda.is_available())
            Assert.Ignore("This machine has CUDA.");
        Torchrf.RunLine(Folder, "compare --device cuda").CheckRefused("--device is cuda; it must be cpu or auto: this torch finds no CUDA device.");
    }

    [TestCase("text.pgm", "hello", "not a PGM image")]
    [TestCase("short.pgm", "P5 100 100 255\nabc", "truncated")]
    public void A_damaged_photograph_is_named(string name, string content, string message)
    {
        File.WriteAllText(InFolder(name), content);
        Torchrf.Run(Folder, "compare", "--data", "photo", "--photos", name).CheckRefused($"--photos: {InFolder(name)}: {message}");
    }

    [Test]
    public void A_file_of_the_wrong_shape_is_named()
    {
        TorchRf.IO.NpyFile.Write(InFolder("flat.npy"), torch.zeros(10));
        Torchrf.Run(Folder, "compare", "--data", "file", "--class0", "flat.npy", "--class1", "flat.npy").CheckRefused("flat.npy: examples have shape (examples, sites)");
    }

    [Test]
    public void Photographs_too_narrow_for_the_sites_are_refused()
    {
        File.WriteAllText(InFolder("narrow.pgm"), "P2 4 2 9 1 2 3 4 5 6 7 8");
        Torchrf.Run(Folder, "compare", "--data", "photo", "--photos", "narrow.pgm").CheckRefused("No photograph is 157 pixels wide");
    }

    [Test]
    public void An_output_folder_that_cannot_be_written_is_named()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            Assert.Ignore("Needs /proc, which nobody can write.");
        Torchrf.RunLine(Folder, "train --steps 1 --out /proc/run").CheckRefused("--out is /proc/run; it must be a folder that can be written");
    }

    [Test]
    public void A_folder_with_other_files_is_left_alone()
    {
        File.WriteAllText(InFolder("precious.txt"), "mine");
        Torchrf.Run(Folder, "train", "--steps", "1", "--out", Folder).CheckRefused("this holds other files");
        Assert.That(File.ReadAllText(InFolder("precious.txt")), Is.EqualTo("mine"));
        Assert.That(Directory.EnumerateFileSystemEntries(Folder).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_diverging_run_says_when_and_what_to_do_and_exits_with_1()
    {
        var outcome = Torchrf.RunLine(Folder, "train --lr 1e9 --steps 100 --out run");
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("stopped being finite at step").And.Contain("smaller learning rate"));
    }

    [TestCase("predict --lr 100 --steps 2000", "The theory stopped being finite")]
    public void A_diverging_theory_says_so_and_exits_with_1(string line, string message)
    {
        var outcome = Torchrf.RunLine(Folder, line);
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error.TrimEnd().Split('\n')[^1], Does.StartWith("torchrf: ").And.Contain(message));
    }

    [TestCase("""{ "couplings": null }""")]
    [TestCase("""{ "data": null }""")]
    [TestCase("""{ "device": null }""")]
    [TestCase("""{ "gian": 3 }""")]
    [TestCase("""{ "gain": 7 }""")]
    [TestCase("""{ "theory": "half" }""")]
    public void A_config_that_cannot_be_is_refused(string settings)
    {
        File.WriteAllText(InFolder("run.json"), $$"""{ "schema": 1, "command": "compare", "settings": {{settings}} }""");
        Torchrf.RunLine(Folder, "compare --config run.json").CheckRefused("run.json: the settings cannot be read");
    }
}
