// Verify checks a directory that claims to be a log by c2sp.org/tlog-tiles, using golang.org/x/mod/sumdb, which is what
// the Go command trusts its modules to. It shares no code with the ledger that wrote the directory.
//
//	verify DIR VKEY [-old CHECKPOINT]
//
// It opens DIR/checkpoint with the verifier key VKEY, hashes every entry in the bundles into a tree and compares its root
// and all its tiles, and then acts as a client that has only tiles: it derives the root, has entries proven to be in the
// tree, and the tree to begin with the one of an older CHECKPOINT file.
// It prints "ok SIZE ROOT", or an error and exits with status 1.
//
// The tree is rebuilt in memory, 64 bytes for each entry, and not only read through TileHashReader. That does not check
// every tile that it reads before version 0.40.0 of golang.org/x/mod (CVE-2026-56865), and Debian has an older one.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

func main() {
	tree, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	fmt.Println("ok", tree.N, tree.Hash)
}

func run(args []string) (tree tlog.Tree, err error) {
	if len(args) < 2 {
		return tree, errors.New("usage: verify DIR VKEY [-old CHECKPOINT]")
	}
	dir, vkey := args[0], args[1]
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	old := flags.String("old", "", "a `file` with an older checkpoint")
	if err := flags.Parse(args[2:]); err != nil {
		return tree, err
	}

	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, fmt.Errorf("verifier key: %w", err)
	}
	tree, err = openCheckpoint(filepath.Join(dir, "checkpoint"), verifier)
	if err != nil {
		return tree, err
	}
	rebuilt, err := rebuild(dir, tree)
	if err != nil {
		return tree, err
	}
	if err := checkTiles(dir, tree, rebuilt); err != nil {
		return tree, err
	}
	tiles := tlog.TileHashReader(tree, &tileReader{dir: dir, known: map[tlog.Tile][]byte{}})
	if err := checkProofs(tree, rebuilt, tiles); err != nil {
		return tree, err
	}
	if *old != "" {
		return tree, checkOlder(*old, verifier, tree, tiles)
	}
	return tree, nil
}

// openCheckpoint reads a signed note whose text is by c2sp.org/tlog-checkpoint: origin, size, root.
func openCheckpoint(path string, verifier note.Verifier) (tree tlog.Tree, err error) {
	message, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tree, fmt.Errorf("%s: %w", path, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tree, fmt.Errorf("%s: %d lines instead of 3", path, len(lines)-1)
	}
	if lines[0] != verifier.Name() {
		return tree, fmt.Errorf("%s: the origin %q is not the key's name", path, lines[0])
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 0 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("%s: malformed size %q", path, lines[1])
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	if err != nil || tree.Hash.String() != lines[2] {
		return tree, fmt.Errorf("%s: malformed root %q", path, lines[2])
	}
	return tree, nil
}

// rebuild hashes all entries into a tree of its own, which must have the root of the checkpoint.
func rebuild(dir string, tree tlog.Tree) (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for first := int64(0); first < tree.N; first += tileWidth {
		width := tree.N - first
		if width > tileWidth {
			width = tileWidth
		}
		records, err := readBundle(dir, first/tileWidth, width)
		if err != nil {
			return nil, err
		}
		for i, record := range records {
			hashes, err := tlog.StoredHashesForRecordHash(first+int64(i), record, reader)
			if err != nil {
				return nil, err
			}
			stored = append(stored, hashes...)
		}
	}
	return reader, checkRoot("entries", tree, reader)
}

func checkRoot(whose string, tree tlog.Tree, hashes tlog.HashReader) error {
	root := tlog.Hash(sha256.Sum256(nil))
	if tree.N > 0 {
		var err error
		root, err = tlog.TreeHash(tree.N, hashes)
		if err != nil {
			return fmt.Errorf("root of the %s: %w", whose, err)
		}
	}
	if root != tree.Hash {
		return fmt.Errorf("the %s have the root %v, the checkpoint %v", whose, root, tree.Hash)
	}
	return nil
}

// checkTiles compares every tile of the tree with what it must be.
func checkTiles(dir string, tree tlog.Tree, rebuilt tlog.HashReader) error {
	reader := tileReader{dir: dir}
	for _, tile := range tilesOf(tree.N) {
		expected, err := tlog.ReadTileData(tile, rebuilt)
		if err != nil {
			return err
		}
		actual, err := reader.readTile(tile)
		if err != nil {
			return err
		}
		if !bytes.Equal(actual, expected) {
			return fmt.Errorf("%s: not the hashes of the entries", tilePath(tile))
		}
	}
	return nil
}

// tilesOf lists the tiles of one size. tlog.NewTiles would also list the partial tiles of every smaller size.
func tilesOf(size int64) (tiles []tlog.Tile) {
	for level, hashes := 0, size; hashes > 0; level, hashes = level+1, hashes/tileWidth {
		for index := int64(0); index < hashes/tileWidth; index++ {
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: index, W: tileWidth})
		}
		if width := int(hashes % tileWidth); width > 0 {
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: hashes / tileWidth, W: width})
		}
	}
	return tiles
}

// checkProofs does what a client does that has the checkpoint and the tiles: derive the root, and have the first and the
// last entry of each bundle proven.
func checkProofs(tree tlog.Tree, rebuilt, tiles tlog.HashReader) error {
	if err := checkRoot("tiles", tree, tiles); err != nil {
		return err
	}
	for first := int64(0); first < tree.N; first += tileWidth {
		last := first + tileWidth - 1
		if last >= tree.N {
			last = tree.N - 1
		}
		for _, index := range []int64{first, last} {
			record, err := rebuilt.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			if err != nil {
				return err
			}
			proof, err := tlog.ProveRecord(tree.N, index, tiles)
			if err != nil {
				return fmt.Errorf("proof of entry %d: %w", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, record[0]); err != nil {
				return fmt.Errorf("proof of entry %d: %w", index, err)
			}
		}
	}
	return nil
}

// readBundle returns the record hashes of a bundle: a sequence of entries, each after its length in two bytes.
func readBundle(dir string, index, width int64) ([]tlog.Hash, error) {
	tile := tlog.Tile{H: tileHeight, L: 0, N: index, W: int(width)}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	bundle, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		return nil, err
	}
	records := make([]tlog.Hash, 0, width)
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("%s: truncated", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		records = append(records, tlog.RecordHash(bundle[2:end]))
		bundle = bundle[end:]
	}
	if int64(len(records)) != width {
		return nil, fmt.Errorf("%s: %d entries instead of %d", path, len(records), width)
	}
	return records, nil
}

func checkOlder(path string, verifier note.Verifier, tree tlog.Tree, hashes tlog.HashReader) error {
	older, err := openCheckpoint(path, verifier)
	if err != nil {
		return err
	}
	if older.N > tree.N {
		return fmt.Errorf("%s: %d entries, and now only %d", path, older.N, tree.N)
	}
	if older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return fmt.Errorf("consistency with %s: %w", path, err)
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return fmt.Errorf("consistency with %s: %w", path, err)
	}
	return nil
}

// tileReader reads tiles from the directory, and remembers those that TileHashReader has used.
type tileReader struct {
	dir   string
	known map[tlog.Tile][]byte
}

func (r *tileReader) Height() int { return tileHeight }

func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		tileData, err := r.readTile(tile)
		if err != nil {
			return nil, err
		}
		data[i] = tileData
	}
	return data, nil
}

func (r *tileReader) readTile(tile tlog.Tile) ([]byte, error) {
	if data, ok := r.known[tile]; ok {
		return data, nil
	}
	data, err := os.ReadFile(filepath.Join(r.dir, tilePath(tile)))
	if err != nil {
		return nil, err
	}
	if len(data) != tile.W*tlog.HashSize {
		return nil, fmt.Errorf("%s: %d bytes instead of %d hashes", tilePath(tile), len(data), tile.W)
	}
	return data, nil
}

func (r *tileReader) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		r.known[tile] = data[i]
	}
}

// tilePath is where C2SP has a tile. The Go command's own path also has the height, which C2SP fixes at 8.
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}
