namespace TorchRf.Tests.Cli;

/// <summary>Bad input gets one line that names the option, the value and what is allowed, exit code 2, and nothing written.</summary>
public class BadInputTests : FileFixture
{
    [TestCase("compare --data mnist", "--data is mnist; it must be ising, phi4, nlgp, kur, gaussian, norta, student-t, elliptical, broken-symmetry, adjusted, pulse, block, patches, photo or file.")]
    [TestCase("compare --width 20mm", "--width is 20mm; it must be a length in millimetres from 60 to 400, such as 89mm or 183mm")]
    [TestCase("describe --out . --width 59mm", "--width is 59mm; it must be a length in millimetres from 60 to 400")]
    [TestCase("describe --out . --width NaN", "--width is NaN")]
    [TestCase("describe --width 89mm", "--width is 89mm; it must be given with --out, which draws the picture")]
    [TestCase("compare --sites 3", "--sites is 3; it must be a whole number from 4 to 1000000.")]
    [TestCase("describe --sites 30x31", "--sites is 30x31; it must be N for a ring or LxL for a torus")]
    [TestCase("describe --sites 3x3", "--sites is 3; it must be a whole number from 4 to 1000.")]
    [TestCase("compare --sites 8x8 --theory exact", "--theory is exact; it must be another, for what is known exactly is one neuron on Ising rings")]
    [TestCase("describe --data phi4 --sites 8x8", "--sites is 8x8; it must be a number of sites on a ring, for the field's transfer operator runs along one dimension.")]
    [TestCase("describe --data phi4 --mu2 -6,-5,-4 --lambda 8,4", "--lambda is 8,4; it must be as many numbers as --mu2 has, 3, or one.")]
    [TestCase("describe --data phi4 --lambda -1", "--lambda is -1; it must be numbers between 0 and 1000000, one a class or one for all.")]
    [TestCase("describe --data phi4 --lambda 0", "--lambda is 0; it must be larger: with μ² = -6 its well is so wide that no grid holds the field.")]
    [TestCase("describe --data phi4 --mu2 0 --lambda 1e-9", "--lambda is 1E-09; it must be larger: with μ² = 0 its well is so wide that no grid holds the field.")]
    [TestCase("train --data phi4 --lambda 8", "--lambda is 8; it must be two or more, one a class to be told from the others.")]
    [TestCase("describe --data photo --sites 8x8", "--sites is 8x8; it must be a number of sites on a ring, for rows of photographs have one dimension.")]
    [TestCase("describe --data gaussian --kernel boxcar", "--kernel is boxcar; it must be gaussian, exponential, cosine, sine or gap.")]
    [TestCase("describe --data gaussian --kernel cosine --frequency 0", "--frequency is 0; it must be a number above 0 and at most 62.83")]
    [TestCase("describe --data gaussian --kernel sine --lengthscales 0.05,1", "--lengthscales is 0.05,1; it must be from 0.1 on")]
    [TestCase("describe --data norta --quantile cauchy", "--quantile is cauchy; it must be uniform, laplace, bernoulli, normal or kur.")]
    [TestCase("describe --clone maybe", "--clone is maybe; it must be true or false.")]
    [TestCase("describe --data kur --k 2", "--k is 2; it must be a finite number above 2.")]
    [TestCase("describe --data nlgp --gain 0", "--gain is 0; it must be a finite number above 0.")]
    [TestCase("predict --data gaussian --lengthscales 1", "--lengthscales is 1; it must be two or more finite numbers above 0, one a class.")]
    [TestCase("train --couplings 0.3;0.7", "--couplings is 0.3;0.7; it must be finite numbers separated by commas.")]
    [TestCase("train --batch 2001", "--batch is 2001; it must be a multiple of the 2 classes, which share it equally.")]
    [TestCase("train --batch 1", "--batch is 1; it must be a multiple of the 2 classes")]
    [TestCase("train --init-std 0", "--init-std is 0; it must be a number from 1e-30 to 1e30.")]
    [TestCase("train --init-std 0.1 --init-scale 1", "--init-scale is 1; it must be left out beside --init-std, which says how large the first weights are.")]
    [TestCase("train --rates fast", "--rates is fast; it must be plain or unit.")]
    [TestCase("train --model sparse-coding --rates unit", "--rates is unit; it must be plain for sparse-coding, which learns from a loss of its own.")]
    [TestCase("train --model sparse-coding --dictionary online --l1 1", "--l1 is 1; it must be 0 for sparse coding, whose atoms stay of unit length.")]
    [TestCase("train --model sparse-coding --l2 1", "--l2 is 1; it must be 0 for sparse coding, whose atoms stay of unit length.")]
    [TestCase("fields . --sites 9x9", "--sites is 9x9; it must be left out for a run, which says itself how its sites are arranged.")]
    [TestCase("train --l2 -1", "--l2 is -1; it must be a number from 0 to 1e30.")]
    [TestCase("train --l1 x", "--l1 is x; it must be a finite number.")]
    [TestCase("train --random-classes perhaps", "--random-classes is perhaps; it must be true or false.")]
    [TestCase("train --model committee --split-bias", "--split-bias is true; it must be left at false without a bias")]
    [TestCase("train --model two-layer --head tails", "--head is tails; it must be trained, frozen or ones.")]
    [TestCase("train --model two-layer --head ones --data nlgp --lengthscales 1,2,3 --batch 3", "--head is ones; it must be trained or frozen for 3 classes: ones and their negatives tell two apart.")]
    [TestCase("train --model two-layer --readout mean --activation step", "--activation is step; it must be relu, erf, sigmoid, tanh, linear, erf-plus, cube, odd-cubic or erf-cubic.")]
    [TestCase("train --model convolutional --readout all", "--readout is all; it must be mean, positions or max-pool.")]
    [TestCase("train --model convolutional --data gaussian --sites 5x5", "--sites is 25; it must be more than 5 along each axis for a convolutional network, whose kernels have 5.")]
    [TestCase("train --preset olshausen", "--preset is olshausen; it must be ingrosso-goldt or olshausen-field.")]
    [TestCase("compare --preset ingrosso-goldt", "--preset")]
    [TestCase("train --inits 0", "--inits is 0; it must be a whole number from 1 to 1000000.")]
    [TestCase("train --steps 1.5", "--steps is 1.5; it must be a whole number from 1 to 1000000000.")]
    [TestCase("train --lr 0", "--lr is 0; it must be a number from 1e-30 to 1e30.")]
    [TestCase("train --init-scale -1", "--init-scale is -1; it must be a number from 1e-30 to 1e30.")]
    [TestCase("train --streams some", "--streams is some; it must be shared or own.")]
    [TestCase("compare --theory half", "--theory is half; it must be lemma, third-order, fourth-cumulant, exact or sampled.")]
    [TestCase("compare --device tpu", "--device is tpu; it must be cpu, cuda, cuda:INDEX or auto.")]
    [TestCase("info --threads 0", "--threads is 0; it must be a whole number from 1 to 4096.")]
    [TestCase("compare --data photo --photos none.pgm", "none.pgm; it must be a file; there is none of that name.")]
    [TestCase("compare --data photo --strides 1,4", "--strides is 1,4; it must be decreasing")]
    [TestCase("compare --data file --class0 none.npy", "none.npy; it must be a file; there is none of that name.")]
    [TestCase("compare --data file", "--class0 is missing; it must be a file of examples, shape (examples, sites).")]
    [TestCase("compare --config none.json", "--config is none.json; it must be a file; there is none of that name.")]
    [TestCase("train --resume --out nowhere", "--out is nowhere; it must be the folder of a run to resume; this has no run.json.")]
    [TestCase("atlas --seeds 2", "--seeds is 2; it must be a whole number from 3 to 100.")]
    [TestCase("prune --data nlgp --sites 8x8 --fraction 1e-9", "--fraction is 1E-09; it must be at least one of the 19500 weights and biases of layer 1")]
    [TestCase("prune --data nlgp --sites 8x8 --validation-fraction 0.5", "--validation-fraction is 0.5; it must be left out: examples of a law are drawn anew")]
    [TestCase("atlas --methods icaa", "--methods is icaa; it must be neuron, committee, ingrosso-goldt, convolutional, ica, sparse-coding, autoencoder or pruned. Did you mean ica?")]
    [TestCase("atlas --data patches --whiten", "--whiten is zca; it must be left out, for an atlas whitens the examples of all classes by one matrix.")]
    [TestCase("atlas --sites 7", "--sites is 7; it must be from 8 to 2048 on a ring, or from 4x4 to 64x64, so that fields can be measured.")]
    [TestCase("figure 99", "The figure is 99; it must be 1, 2, 3, agreement,")]
    [TestCase("figure 2 --batch 3", "--batch is 3; it must be left out: figure 2 trains nothing.")]
    [TestCase("describe --data photo --sites 10000 --strides 100000,99999", "No photograph is 999900001 pixels wide")]
    [TestCase("describe --data student-t --nu 2", "--nu is 2; it must be a finite number above 2.")]
    [TestCase("describe --data patches", "--sites is 40; it must be LxL, such as 12x12")]
    [TestCase("describe --data patches --whiten perhaps", "--whiten is perhaps; it must be none, zca, pca or olshausen.")]
    [TestCase("describe --data patches --sites 12x12 --low-pass 13", "--low-pass is 13; it must be a whole number from 1 to 12, the sites along a side.")]
    [TestCase("describe --data photo --high-pass 40", "--high-pass is 40; it must be a whole number from 1 to 39, less than the sites along a side.")]
    [TestCase("describe --data patches --sites 12x12 --low-pass 4 --high-pass 4", "--high-pass is 4; it must be left out with --low-pass, for")]
    [TestCase("describe --low-pass 4", "--low-pass is 4; it must be left out: --data ising does not use it.")]
    [TestCase("describe --data photo --random-labels 4", "--random-labels is 4; it must be left out: --data photo does not use it.")]
    [TestCase("train --data file --labels-modulo 1", "--labels-modulo is 1; it must be a whole number from 2 to 1000.")]
    [TestCase("train --data file --random-labels yes", "--random-labels is yes; it must be a whole number from 0 to 18446744073709551615.")]
    [TestCase("describe --data photo --whiten olshausen", "--whiten is olshausen; it must be left out: --data photo does not use it")]
    [TestCase("describe --data patches --whiten olshausen --sites 24x24 --strides 20,4", "--photos: No photograph is 941 pixels wide and 941 high, which 24 x 24 sites at stride 20, class 0's, and a border of 240 pixels, which filtering drops, need; ")]
    [TestCase("predict --data pulse", "The theory does not cover these data: the lemma takes w.x for Gaussian; a single pulse is not")]
    [TestCase("ica --contrast tanh", "--contrast is tanh; it must be logcosh, exp, cube or sqrt-abs.")]
    [TestCase("ica --components 41", "--components is 41; it must be from 1 to 40, the sites.")]
    [TestCase("ica --class 2", "--class is 2; it must be from 0 to 1, or both.")]
    [TestCase("ica --tolerance 0", "--tolerance is 0; it must be a number above 0 and below 1.")]
    [TestCase("ica --examples 101", "--examples is 101; it must be a multiple of the 2 classes, which share them equally.")]
    [TestCase("ica --method newton", "--method is newton; it must be fixed-point, autograd or infomax.")]
    [TestCase("ica --method infomax --contrast cube", "--contrast is cube; it must be logcosh for infomax, whose slope is the tanh.")]
    [TestCase("ica --method infomax --algorithm deflation", "--algorithm is deflation; it must be parallel for infomax, which finds all components at once.")]
    [TestCase("compare --frobnicate", "--frobnicate")]
    [TestCase("campare", "'campare' is no command; there are compare, train, predict, describe, analyze, ica, fields, codes, prune, atlas, lab, figure, reproduce, sweep, resume, runs, plot, report, checkpoint, info, help, completion. Did you mean compare?")]
    [TestCase("predict --data nlgp --lengthscales 1,2,3", "--lengthscales is 1,2,3; it must be two values, for the theory covers two classes.")]
    [TestCase("analyze none.npy", "none.npy: there is no file or folder of that name")]
    [TestCase("analyze none.npy --class1 b.npy", "none.npy: there is no file or folder of that name")]
    [TestCase("report none", "none: there is no file or folder of that name")]
    [TestCase("report .", ".: not the folder of a run, a sweep or the reproduction (it has no run.json, sweep.json or REPRODUCTION.json)")]
    [TestCase("report", "RUN is missing")]
    [TestCase("report . --width 89mm", "'--width' is no option of report, but of ")]
    [TestCase("analyze . --threads 2", "'--threads' is no option of analyze, but of ")]
    [TestCase("fields none.npy", "none.npy: there is no file or folder of that name")]
    [TestCase("fields .", ".: not the folder of a run (it has no run.json)")]
    [TestCase("fields none.npy --width 89mm", "--width is 89mm; it must be given with --out, which draws the picture")]
    [TestCase("fields none.npy --sites 3x4", "--sites is 3x4; it must be N for a ring or LxL")]
    [TestCase("analyze .", "this folder holds no picture")]
    [TestCase("compare --theory taylor --data kur --k 4", "--theory is third-order; it must be lemma or sampled, for these data have no fourth moment")]
    [TestCase("predict --theory fourth-cumulant --data kur --k 4", "--theory is fourth-cumulant; it must be lemma or sampled, for these data have no fourth moment")]
    [TestCase("predict --theory exact --data nlgp", "--theory is exact; it must be another, for what is known exactly is one neuron on Ising rings")]
    [TestCase("train --model mlp", "--model is mlp; it must be neuron, committee, two-layer, convolutional, gated, autoencoder or sparse-coding.")]
    [TestCase("train --units 3", "--units is 3; it must be 1 for a neuron; --model committee has more.")]
    [TestCase("train --model committee --loss cross-entropy", "--loss is cross-entropy; it must be mse for a committee")]
    [TestCase("train --model autoencoder --units 3 --loss cross-entropy", "--loss is cross-entropy; it must be left at mse for autoencoder, which does not use it.")]
    [TestCase("compare --gain 3", "--gain is 3; it must be left out: --data ising does not use it.")]
    [TestCase("describe --data photo --lengthscales 1,3", "--lengthscales is 1,3; it must be left out: --data photo does not use it.")]
    [TestCase("ica --data nlgp --k 5", "--k is 5; it must be left out: --data nlgp does not use it.")]
    [TestCase("train --data file --sites 20", "--sites is 20; it must be left out: --data file does not use it, but for LxL where rows are images.")]
    [TestCase("train --initial-bias 0.5", "--initial-bias is 0.5; it must be left at 0 without a bias.")]
    [TestCase("compare --model gated --units 5", "The theory covers ReLU units without bias, one or a committee of them, trained on two classes with the squared error; this is a gated network of 5 linear units.")]
    [TestCase("train --model sparse-coding --dictionary mairal", "--dictionary is mairal; it must be gradient or online.")]
    [TestCase("train --model sparse-coding --dictionary online --lr 1", "--lr is 1; it must be left at 0.05 for a dictionary that learns online, which has no learning rate.")]
    [TestCase("prune --rewind 2001", "--rewind is 2001; it must be at most the 2000 steps of a training.")]
    [TestCase("prune --fraction 1", "--fraction is 1; it must be a number above 0 and below 1.")]
    [TestCase("prune --fraction 0", "--fraction is 0; it must be a number above 0 and below 1.")]
    [TestCase("prune --controls 3,11", "--controls is 3,11; it must be rounds from 1 to 10, each once.")]
    [TestCase("prune --rounds 40", "--rounds is 40; it must be at most 14: after more, the 12300 weights and biases of layer 1 do not suffice to connect a fifth of its 300 units.")]
    [TestCase("prune --hidden 10,0", "--hidden is 0; it must be a whole number from 1 to 1000000.")]
    [TestCase("prune --hidden ten", "--hidden is ten; it must be a whole number from 1 to 1000000.")]
    [TestCase("prune --scope pixel", "--scope is pixel; it must be layer or global.")]
    [TestCase("prune --density 1", "--density is 1; it must be a number above 0 and below 1.")]
    [TestCase("prune --optimizer lion", "--optimizer is lion; it must be sgd or adam.")]
    [TestCase("prune --optimizer adam --momentum 0.9", "--momentum is 0.9; it must be 0 for adam, which has moments of its own.")]
    [TestCase("prune --batch 41", "--batch is 41; it must be a multiple of the 2 classes, which share it equally.")]
    [TestCase("prune --data nlgp --validation x.npy", "--validation is")]
    [TestCase("prune --data gaussian --lengthscales 1", "--lengthscales is 1; it must be two or more")]
    [TestCase("prune --class0 none.npy", "none.npy; it must be a file; there is none of that name.")]
    [TestCase("prune --preset ingrosso-goldt", "--preset is ingrosso-goldt; it must be pellegrini-biroli or redman.")]
    [TestCase("prune --preset redman --sites 8x8 --data nlgp", "--rounds is 22; it must be at most 16: after more")]
    [TestCase("train --preset redman", "--preset is redman; it must be ingrosso-goldt or olshausen-field.")]
    [TestCase("prune --model committee", "'--model' is no option of prune")]
    [TestCase("reproduce --only 5,frobnicate", "The figure is frobnicate; it must be 1, 2, 3,")]
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

    [TestCase("text.pgm", "hello", "this is an array of numbers, not a picture")]
    [TestCase("short.pgm", "P5 100 100 255\nabc", "truncated")]
    [TestCase("narrow.pgm", "P2 4 2 9 1 2 3 4 5 6 7 8", "No photograph is 157 pixels wide")]
    public void A_photograph_that_does_not_serve_is_named(string name, string content, string message)
    {
        File.WriteAllText(InFolder(name), content);
        Torchrf.Run(Folder, "compare", "--data", "photo", "--photos", name).CheckRefused(string.Format(null, message, InFolder(name)));
    }

    [Test]
    [Platform("Linux")]
    public void An_output_folder_that_cannot_be_written_is_named() =>
        Torchrf.RunLine(Folder, "train --steps 1 --out /proc/run").CheckRefused("--out is /proc/run; it must be a folder that can be written");

    [TestCase("train --lr 1e9 --steps 100 --out run", "stopped being finite at step", "smaller learning rate")]
    [TestCase("predict --lr 100 --steps 2000", "The theory stopped being finite", "torchrf: ")]
    public void What_diverges_says_so_and_what_to_do_and_exits_with_1(string line, string message, string advice)
    {
        var outcome = Torchrf.RunLine(Folder, line);
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error.TrimEnd().Split('\n')[^1], Does.Contain(message).And.Contain(advice));
    }

    [TestCase("""{ "couplings": null }""")]
    [TestCase("""{ "data": null }""")]
    [TestCase("""{ "gian": 3 }""")]
    public void A_config_that_cannot_be_is_refused(string settings)
    {
        File.WriteAllText(InFolder("run.json"), $$"""{ "schema": 1, "command": "compare", "settings": {{settings}} }""");
        Torchrf.RunLine(Folder, "compare --config run.json").CheckRefused("run.json: the settings cannot be read");
    }
}
