using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

public sealed class FileContentTests
{
    private static readonly Gen<byte[]> Contents =
        from pieces in Gen.Elements("a", "\n", "bcdefgh", "\r\n", new string('x', 70_000)).ArrayOf()
        select Encoding.ASCII.GetBytes(string.Concat(pieces));

    private static readonly Gen<(byte[] Content, int ReadBytes, bool GivesLastLine, int Resume)> Reads =
        from content in Contents
        from readBytes in Gen.Choose(1, 100_000)
        from givesLastLine in Gen.Elements(true, false)
        from resume in Gen.Choose(0, content.LastIndexOf((byte)'\n') + 1)
        select (content, readBytes, givesLastLine, resume);

    [Fact]
    public void What_is_given_is_the_content_up_to_its_last_line_end_and_every_hash_is_that_of_the_bytes_before() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Reads.ToArbitrary(), read =>
        {
            using var content = new FileContent(new MemoryStream(read.Content), read.Resume, _ => read.GivesLastLine);
            using var given = new MemoryStream();
            byte[] buffer = new byte[read.ReadBytes];
            int hashed = read.Resume;
            for (int count; (count = content.Read(buffer)) > 0;)
            {
                given.Write(buffer, 0, count);

                // In the middle of what was given, as a reader that reads ahead asks.
                int place = Math.Max(hashed, (int)given.Length - (count / 2));
                if (place <= given.Length)
                {
                    hashed = place;
                    Assert.Equal(XxHash128.HashToUInt128(read.Content.AsSpan(0, hashed)), content.HashTo(hashed));
                }
            }

            int whole = read.GivesLastLine ? read.Content.Length : read.Content.LastIndexOf((byte)'\n') + 1;
            Assert.Equal(read.Content[..whole], given.ToArray());
            Assert.Equal((read.Content.Length - whole, (long)read.Content.Length, Crc32.HashToUInt32(read.Content)), (content.HeldBackBytes, content.BytesRead, content.Crc));
        }));

    [Fact]
    public void Positions_come_back_from_their_frame()
    {
        FilePosition[] positions = [Position("a.csv", 5), Position("\u00E9\u4E2D/b.csv", long.MaxValue)];
        var read = new List<FilePosition>();
        Assert.True(FilePositionFrame.Read(FilePositionFrame.Write(positions, isSnapshot: true).Span, read));
        Assert.False(FilePositionFrame.Read(FilePositionFrame.Write([], isSnapshot: false).Span, read));
        Assert.Equal(positions, read);
    }

    [Fact]
    public void A_line_without_an_end_is_refused_and_not_held_in_memory_whole()
    {
        long given = 0;
        using var content = new FileContent(new LettersStream(FileContent.MaxLineBytes * 3L, read => given = read), 0, _ => true);
        var e = Assert.Throws<InvalidDataException>(() => content.Read(new byte[100]));
        Assert.Equal("a line has no end within 67108864 bytes: this is no file of call records, or it is damaged", e.Message);
        Assert.InRange(given, FileContent.MaxLineBytes, FileContent.MaxLineBytes * 2L);
    }

    [Fact]
    public void A_frame_with_any_byte_changed_or_cut_off_is_no_frame_of_positions()
    {
        byte[] frame = FilePositionFrame.Write([Position("a.csv", 5)], isSnapshot: false).ToArray();
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] ^= 0x20;
            Assert.Throws<FrameFormatException>(() => FilePositionFrame.Read(frame, new List<FilePosition>()));
            frame[i] ^= 0x20;
            Assert.Throws<FrameFormatException>(() => FilePositionFrame.Read(frame.AsSpan(0, i), new List<FilePosition>()));
        }
    }

    [Fact]
    public void A_position_never_goes_back_and_the_file_taken_longest_ago_is_forgotten()
    {
        var positions = new FilePositions(2);
        FilePosition far = Position("a.csv", 9) with { TakenAtMs = 3 };
        positions.Apply(far);
        positions.Apply(far with { Offset = 8 });
        Assert.Equal(far, Assert.Single(positions.All()));
        positions.Apply(Position("b.csv", 1) with { TakenAtMs = 1 });
        positions.Apply(Position("c.csv", 1) with { TakenAtMs = 2 });
        Assert.Equal(["a.csv", "c.csv"], positions.All().Select(p => p.Path).Order());
    }

    /// <summary>Letters without a line end.</summary>
    private sealed class LettersStream(long length, Action<long> progress) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = (int)Math.Min(buffer.Length, length - _read);
            buffer[..read].Fill((byte)'x');
            _read += read;
            progress(_read);
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    [Fact]
    public void Positions_of_before_files_belonged_to_switches_are_read()
    {
        FilePosition before = Position("a.csv", 5);
        byte[] frame = FilePositionFrame.Write([before], isSnapshot: false).ToArray()[..^(sizeof(int) + sizeof(ulong))];
        frame[2] = 1;
        byte[] hash = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(hash, XxHash64.HashToUInt64(frame));
        var read = new List<FilePosition>();
        FilePositionFrame.Read([.. frame, .. hash], read);
        Assert.Equal([before], read);
        read.Clear();
        FilePositionFrame.Read(FilePositionFrame.Write([before with { Switch = "s1" }], isSnapshot: false).Span, read);
        Assert.Equal([before with { Switch = "s1" }], read);
    }

    private static FilePosition Position(string path, long offset) => new()
    {
        Id = Guid.NewGuid(), Origin = Guid.NewGuid(), Path = path, Offset = offset, Line = 7, HeadLength = 5, HeadHash = UInt128.MaxValue - 1, ContentHash = 12, TakenAtMs = 99,
    };
}
